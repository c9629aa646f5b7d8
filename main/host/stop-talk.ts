import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { SkillView } from '../../assistant/skills/skill.ts';
import { ANSWER_MS, answersTo, type OpenQuestion, readAnswer } from '../../assistant/turn/dialogue.ts';
import type { Clock } from '../../contract/clock.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { Source } from '../../contract/tool.ts';
import type { ReleasedBy, StopControl, StoppedBy } from './stop-control.ts';

interface StopTalkOptions {
  control: Pick<StopControl, 'stopped' | 'stopEverything' | 'release'>;
  phrasebook(): Phrasebook;
  view(room: string | undefined): SkillView;
  clock: Clock;
}

interface Said {
  text: string;
  source: Source;
  room: string | undefined;
  dryRun: boolean;
  /** Already understood: what was delayed. */
  matches?: readonly IntentMatch[] | undefined;
}

export interface StopReply {
  /** Resolves with the words; what is to be stopped is stopped before this is returned. */
  text: Promise<string>;
  /** To be listened for. */
  answers: string[];
}

/** Nobody says more words than these in an emergency; longer sentences go their usual way and may still hold the word. */
const MOST_WORDS = 16;

const QUESTION = 'Everything is stopped. Shall I let things start again?';

/** What is said about the emergency stop, heard before anything else and whatever else is going on. */
export class StopTalk {
  readonly #options: StopTalkOptions;
  /** The release waits for a yes from the same place. */
  #asked: { place: string; question: OpenQuestion } | undefined;

  constructor(options: StopTalkOptions) {
    this.#options = options;
  }

  /** Undefined: it is about something else. */
  hear(said: Said): StopReply | undefined {
    const answered = this.#answer(said);
    if (answered !== undefined) return answered;
    const matches = said.matches ?? this.#understand(said);
    if (matches.some(({ intent, when }) => intent === 'JarvisStopEverything' && when === undefined)) return this.#stop(said);
    const [only] = matches;
    return matches.length === 1 && only?.intent === 'JarvisReleaseStop' && only.when === undefined
      ? this.#askBeforeRelease(said)
      : undefined;
  }

  #understand({ text, room }: Said): readonly IntentMatch[] {
    if (text.split(/\s+/u).length > MOST_WORDS) return [];
    const understanding = this.#options.phrasebook().understand(text, { before: [], ...(room === undefined ? {} : { room }) });
    return understanding.type === 'matched' ? understanding.matches : [];
  }

  #stop({ source, dryRun }: Said): StopReply {
    if (dryRun) return reply('I would stop everything.');
    const written = this.#options.control.stopEverything(stoppedBy(source));
    return { text: written.then(() => 'Everything is stopped, until you release it.'), answers: [] };
  }

  #askBeforeRelease(said: Said): StopReply {
    const { control, clock, view } = this.#options;
    if (control.stopped === undefined) return reply('Nothing is stopped.');
    if (releasedBy(said.source) === undefined)
      return reply('A person has to release me: by voice at my side, on the page, or with "jarvis resume".');
    if (said.dryRun) return reply('I would ask whether things may start again.');
    const question: OpenQuestion = { kind: 'confirm', matches: [], asked: QUESTION, until: clock.now() + ANSWER_MS };
    this.#asked = { place: placeOf(said), question };
    return { text: Promise.resolve(QUESTION), answers: answersTo(question, view(said.room)) };
  }

  #answer(said: Said): StopReply | undefined {
    const asked = this.#asked;
    if (asked === undefined || asked.place !== placeOf(said) || said.matches !== undefined || said.dryRun) return undefined;
    this.#asked = undefined;
    const { control, clock, view } = this.#options;
    const by = releasedBy(said.source);
    if (by === undefined || clock.now() > asked.question.until) return undefined;
    const { type } = readAnswer(said.text, asked.question, view(said.room));
    if (type === 'declined') return reply('All right, everything stays stopped.');
    if (type !== 'chosen') return undefined;
    const released = control.release(by).then(
      () => 'I am at work again.',
      () => 'I could not write that down, so everything stays stopped.',
    );
    return { text: released, answers: [] };
  }
}

const reply = (text: string): StopReply => ({ text: Promise.resolve(text), answers: [] });

const placeOf = ({ source, room }: Said): string => `${source} ${room ?? ''}`;

function stoppedBy(source: Source): StoppedBy {
  return source === 'voice' || source === 'page' || source === 'cli' ? source : 'api';
}

/** Undefined for whoever is no person: another program's text, a timer, an agent. */
function releasedBy(source: Source): ReleasedBy | undefined {
  switch (source) {
    case 'voice':
    case 'page':
    case 'cli':
      return source;
    case 'api':
    case 'timer':
    case 'agent':
    case 'routine':
    case 'plugin':
    case 'mcp':
      return undefined;
    default:
      return source satisfies never;
  }
}
