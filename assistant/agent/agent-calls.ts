import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import type { ListedTool, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { MindRequest, SaidSentence } from '../turn/mind.ts';
import type { AgentOptions, AgentSettings } from './agent-options.ts';
import { AgentPlans } from './agent-plans.ts';
import { AnswerSources } from './answer-sources.ts';
import { type CheckedInput, checkInput, issueWords, parseInput } from './check-input.ts';
import type { CheckedStep } from './check-plan.ts';
import { asOutside, outcomeWords } from './model-words.ts';
import { OWN_FUNCTIONS, PROPOSE_PLAN, SAY_COMMAND, SayCommandSchema, SEARCH_TOOLS, SearchToolsSchema } from './own-functions.ts';
import type { WrittenCall } from './read-answer.ts';
import { RepeatedCalls } from './repeated-calls.ts';
import type { ReplyWriter } from './reply-writer.ts';
import { describe, ShownTools } from './shown-tools.ts';
import { UnseenChanges } from './unseen-changes.ts';

interface Words {
  text: string;
  isError: boolean;
}

/** A call that can be made. */
interface Ready {
  /** It changes nothing: others that look may run beside it. */
  observing: boolean;
  make(): Promise<Words>;
}

/** So many calls of a turn may be wrong before nothing more is tried. */
const MOST_WRONG = 6;
const FOUND_AT_ONCE = 6;
/** The steps of a plan are told of in one go. */
const STEPS_SHARE = 4;
/** Names of the home in an answer of the phrasebook. */
const HOME_WORDS = { origin: 'device' } as const;

/** The hands of one turn: makes the calls that a model writes, and tells it what came of them. */
export class AgentCalls {
  readonly #request: MindRequest;
  readonly #settings: AgentSettings;
  readonly #reply: ReplyWriter;
  readonly #signal: AbortSignal;
  readonly #repeated = new RepeatedCalls();
  /** Stands around words of outside; nobody outside knows it. */
  readonly #mark: string;
  #wrong = 0;
  #looping = false;
  #outputLimit: number;
  /** Things that were done in this turn, or passed on. */
  #changes = 0;
  #told = false;
  readonly #unseen: UnseenChanges;
  readonly shown: ShownTools;
  readonly sources = new AnswerSources();
  readonly plans: AgentPlans;

  constructor(options: AgentOptions, request: MindRequest, reply: ReplyWriter, emit: (event: TurnEventBody) => void, signal: AbortSignal) {
    this.#request = request;
    this.#settings = options.settings();
    this.#outputLimit = this.#settings.outputCharacters;
    this.#reply = reply;
    this.#signal = signal;
    this.#mark = `outside-${options.newId()}`;
    this.#unseen = new UnseenChanges((tool, input) => options.preview(tool, input));
    this.shown = new ShownTools(
      {
        tools: (words, limit) => options.tools(words, limit),
        tool: (name) => options.tool(name),
        mayCall: (name) => request.mayCall(name),
      },
      OWN_FUNCTIONS,
    );
    this.plans = new AgentPlans(
      options,
      request,
      {
        find: (called) => this.#find(called),
        preview: (tool, input) => options.preview(tool, input),
        refused: (tool) => request.read({ origin: 'tool-error', name: tool.slice(0, 200) }),
        parseSentence,
        call: (step, input) => this.#step(step, input),
        words: (outcome) => outcomeWords(outcome, this.#outputLimit / STEPS_SHARE, this.#mark).text,
      },
      emit,
      signal,
    );
  }

  /** It does not get anywhere: asked once more, it shall only answer. */
  get isStuck(): boolean {
    return this.#looping || this.#wrong > MOST_WRONG;
  }

  /** The person has heard something that needs no more words. */
  get hasTold(): boolean {
    return this.#told;
  }

  /** What was tried and not seen to be done, for the person: whatever a model says of it. */
  unseen(): string | undefined {
    return this.#unseen.words();
  }

  get changes(): number {
    return this.#changes;
  }

  /** Makes the calls of one step: those that look together, those that change something one after the other, all in their order. */
  async make(calls: readonly WrittenCall[], step: number, limit: number): Promise<LanguageModelV4Message> {
    const { callsAtOnce, outputCharacters } = this.#settings;
    this.#outputLimit = Math.min(outputCharacters, Math.floor(limit / Math.max(1, Math.min(calls.length, callsAtOnce))));
    const prepared = calls.map((call, index) => (index < callsAtOnce ? this.#prepare(call, step) : TOO_MANY));
    const results: Words[] = [];
    for (let index = 0; index < prepared.length; ) {
      this.#signal.throwIfAborted();
      const group = prepared.slice(index, index + groupLength(prepared, index));
      const made = await Promise.allSettled(group.map((each) => ('make' in each ? each.make() : each)));
      for (const each of made) {
        if (each.status === 'rejected') throw each.reason;
        results.push(each.value);
      }
      index += group.length;
    }
    return { role: 'tool', content: calls.map((call, index) => resultPart(call, results[index] ?? TOO_MANY)) };
  }

  #prepare(call: WrittenCall, step: number): Ready | Words {
    const ready = this.#read(call);
    const problem = 'problem' in ready ? ready.problem : undefined;
    const input = 'input' in ready ? ready.input : call.input.slice(0, 2_000);
    const judged = this.#repeated.judge(call.name, input, { observing: 'observing' in ready && ready.observing, step });
    if (judged === 'looping') this.#looping = true;
    if (judged !== 'new') return wrong('You have made this very call before; what came of it stands above. Do not make it again.');
    if (problem === undefined && 'make' in ready) return ready;
    this.#wrong += 1;
    return wrong(problem ?? '');
  }

  #read({ name, input: text }: WrittenCall): (Ready & { input: Record<string, unknown> }) | { problem: string } {
    const parsed = parseInput(text);
    if ('problem' in parsed) return parsed;
    const { input } = parsed;
    switch (name) {
      case SAY_COMMAND:
        return { input, observing: false, make: () => this.#say(input) };
      case SEARCH_TOOLS:
        return { input, observing: true, make: async () => this.#search(input) };
      case PROPOSE_PLAN:
        return { input, observing: false, make: () => this.#plan(input) };
      default: {
        const found = this.#find(name);
        if (found === 'sentence') return { input, observing: false, make: () => this.#say(input) };
        if ('problem' in found) return found;
        const problem = checkInput(input, found.tool);
        if (problem !== undefined) return { problem };
        return { input, observing: found.tool.risk === 'observe', make: () => this.#call(found.tool, input) };
      }
    }
  }

  #find(called: string): { tool: ListedTool } | 'sentence' | { problem: string } {
    if (called === SAY_COMMAND) return 'sentence';
    const tool = this.shown.resolve(called);
    if (tool !== undefined) return { tool };
    const nearest = this.shown.nearest(called);
    const instead = nearest.length === 0 ? `Look for one with ${SEARCH_TOOLS}.` : `There is: ${nearest.join(', ')}.`;
    return { problem: `There is no function called ${called.slice(0, 80)}. ${instead}` };
  }

  async #call(tool: ListedTool, input: Record<string, unknown>): Promise<Words> {
    const outcome = await this.#made(tool, input);
    if (tool.risk !== 'observe' && outcome.dryRun !== true) this.#unseen.note(tool, input, outcome);
    return outcomeWords(outcome, this.#outputLimit, this.#mark);
  }

  async #made(tool: ListedTool, input: Record<string, unknown>): Promise<ToolOutcome> {
    const outcome = await this.#request.call({ tool: tool.name, input });
    const worked = outcome.outcome === 'confirmed' || outcome.outcome === 'accepted';
    if (worked && outcome.dryRun !== true) {
      if (tool.risk !== 'observe') this.#changed();
      else if (outcome.output !== undefined && outcome.output !== null) this.sources.add(tool, input, outcome.output);
    }
    return outcome;
  }

  async #say(input: Record<string, unknown>): Promise<Words> {
    const parsed = SayCommandSchema.safeParse(input);
    if (!parsed.success) return wrong(issueWords(parsed.error.issues));
    const { sentence, read_answer: wantsAnswer } = parsed.data;
    const said = await this.#request.say(sentence);
    if (!said.understood) {
      this.#wrong += 1;
      return wrong(`${NOT_UNDERSTOOD[said.because]} Nothing was done.`);
    }
    this.#tell(said);
    const words = SAID[said.outcome];
    const isError = said.outcome === 'failed' || said.outcome === 'denied' || said.outcome === 'rejected';
    if (!wantsAnswer || said.reply === undefined) return { text: words, isError };
    this.#request.read(HOME_WORDS);
    return { text: `${words}\n${asOutside(said.reply, HOME_WORDS, this.#mark)}`, isError };
  }

  /** The person hears what was seen, in the words of the skill, not what a model makes of it. */
  #tell(said: Extract<SaidSentence, { understood: true }>): void {
    if (said.reply !== undefined) {
      this.#reply.tell(said.reply);
      this.#told = true;
    }
    if (said.outcome === 'asks') this.#told = true;
    const worked = said.outcome === 'confirmed' || said.outcome === 'accepted';
    if (worked && said.dryRun !== true) this.#changed();
  }

  #search(input: Record<string, unknown>): Words {
    const parsed = SearchToolsSchema.safeParse(input);
    if (!parsed.success) return wrong(issueWords(parsed.error.issues));
    const found = this.shown.find(parsed.data.words, FOUND_AT_ONCE);
    if (found.length === 0) return { text: 'There is no function for that.', isError: false };
    const lines = found.map((tool) => `${this.shown.nameOf(tool)}: ${describe(tool).slice(0, 200)}`);
    return { text: `You can call now:\n${lines.join('\n')}`, isError: false };
  }

  async #plan(input: Record<string, unknown>): Promise<Words> {
    const words = await this.plans.propose(input);
    if (words.isError) this.#wrong += 1;
    return words;
  }

  /** A step of a plan, whose input may have been filled only now. */
  async #step({ tool }: CheckedStep, input: Record<string, unknown>): Promise<ToolOutcome> {
    if (tool !== undefined) {
      const problem = checkInput(input, tool);
      return problem === undefined ? this.#made(tool, input) : { outcome: 'failed', reason: problem };
    }
    const parsed = SayCommandSchema.safeParse(input);
    if (!parsed.success) return { outcome: 'failed', reason: issueWords(parsed.error.issues) };
    const said = await this.#request.say(parsed.data.sentence);
    if (!said.understood) return { outcome: 'failed', reason: NOT_UNDERSTOOD[said.because] };
    this.#tell(said);
    if (said.outcome === 'asks') return { outcome: 'failed', reason: SAID.asks };
    return { outcome: said.outcome === 'answered' ? 'confirmed' : said.outcome };
  }

  #changed(): void {
    this.#changes += 1;
    this.#repeated.changed();
  }
}

function parseSentence(input: Record<string, unknown>): CheckedInput {
  const parsed = SayCommandSchema.safeParse(input);
  return parsed.success ? { input } : { problem: issueWords(parsed.error.issues) };
}

const SAID: Readonly<Record<Extract<SaidSentence, { understood: true }>['outcome'], string>> = {
  confirmed: 'Done, and seen to be so. The person has been told.',
  accepted: 'Passed on; it has not been seen to happen. The person has been told.',
  rejected: 'It was not accepted. The person has been told why.',
  denied: 'Not allowed. The person has been told. Do not try it another way.',
  failed: 'It did not work. The person has been told why.',
  answered: 'The person has been told the answer.',
  asks: 'It can mean several things, or much at once: the person is asked at the end of your turn. Do not ask yourself.',
};

const NOT_UNDERSTOOD: Readonly<Record<Extract<SaidSentence, { understood: false }>['because'], string>> = {
  'no-match': 'That is no sentence that can be carried out. Say it more simply, or use another function.',
  'no-target': 'There is nothing of that name here.',
  'not-for-me': 'That is not for me to do.',
};

const wrong = (text: string): Words => ({ text, isError: true });
const TOO_MANY = wrong('Too many calls at once: this one was not made.');

/** Looking ones that follow each other go together, a changing one alone. */
function groupLength(prepared: readonly (Ready | Words)[], from: number): number {
  const isFree = (each: Ready | Words): boolean => !('make' in each) || each.observing;
  let length = 0;
  for (const each of prepared.slice(from)) {
    if (!isFree(each)) break;
    length += 1;
  }
  return Math.max(1, length);
}

const resultPart = ({ id, name }: WrittenCall, { text, isError }: Words): LanguageModelV4ToolResultPart => ({
  type: 'tool-result',
  toolCallId: id,
  toolName: name,
  output: isError ? { type: 'error-text', value: text } : { type: 'text', value: text },
});
