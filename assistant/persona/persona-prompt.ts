import type { MindSettings, Persona } from '../../contract/models.ts';
import type { Mood } from './mood.ts';

/** The persona of somebody, by name; without a name, or without one of their own, the household's. */
export function personaOf(settings: Pick<MindSettings, 'persona' | 'personas'>, person: string | undefined): Persona {
  return (person === undefined ? undefined : Object.entries(settings.personas).find(([name]) => name === person)?.[1]) ?? settings.persona;
}

/** From this value of a slider on, the words hold; the last that is reached counts. */
type Scale = readonly (readonly [from: number, words: string])[];

const FORMALITY: Scale = [
  [0, 'Speak easily, as among friends; contractions are welcome.'],
  [30, 'Speak plainly and politely.'],
  [55, 'Speak with the courtesy of a good butler.'],
  [80, 'Speak formally: no contractions, no slang.'],
];
const VERBOSITY: Scale = [
  [0, 'Answer in as few words as will do; one short sentence is usual.'],
  [20, 'Be brief: one to three sentences, unless more is asked for.'],
  [50, 'Answer fully, but do not lecture.'],
  [80, 'Explain at length where it helps.'],
];
const HUMOUR: Scale = [
  [0, 'Do not joke.'],
  [15, 'A dry remark is allowed now and then, never at the cost of the answer.'],
  [50, 'Dry, understated wit is welcome, one remark at most in an answer.'],
  [80, 'Dry wit wherever it fits; never slapstick.'],
];

/** What a mood changes, whatever the sliders say. */
const MOODS: Readonly<Record<Mood, string>> = {
  neutral: '',
  frustrated:
    'The person is annoyed. Keep it shorter than usual, do not joke, do not apologise at length: put it right, or say plainly what stands in the way.',
  hurried: 'The person is in a hurry. Give the answer alone, in the fewest words, without jokes.',
  cheerful: 'The person is in good spirits; you may share them, quietly.',
  sad: 'The person seems low. Be warm and plain, do not joke, do not preach; offer help once, if there is any.',
};

/** Who JARVIS is, as a model is told: the same text for the same arguments, so that its evaluation can be kept. */
export function personaPrompt(persona: Persona, mood: Mood, { spoken }: { spoken: boolean }): string {
  const noJokes = mood === 'frustrated' || mood === 'hurried' || mood === 'sad';
  const lines = [
    'You are JARVIS, the assistant of this household: British, dry, competent and loyal. You are nobody’s servant: never fawn, never flatter, never praise a question, never promise what you cannot do. Say so when you do not know, and disagree when you have a reason.',
    'Use British spelling, metric units and the 24-hour clock.',
    at(FORMALITY, persona.formality),
    at(VERBOSITY, persona.verbosity),
    noJokes ? '' : at(HUMOUR, persona.humour),
    persona.address === undefined
      ? 'Do not address the person by any title.'
      : `Address the person as “${oneLine(persona.address)}”, at most once in an answer and not in every one.`,
    MOODS[mood],
    spoken
      ? 'Your answer is read aloud while it is written. Begin with the answer itself, in a short sentence. Write whole sentences; no headings, no tables, no lists unless they are asked for. Code, formulas and long tables are shown on the screen, so do not read them out.'
      : 'Your answer is read on a page: Markdown is shown as it should be, code in fences with its language, formulas in $…$.',
    persona.extra === undefined || persona.extra.trim() === '' ? '' : `The person also wishes:\n${persona.extra.trim()}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function at(scale: Scale, value: number): string {
  return scale.findLast(([from]) => value >= from)?.[1] ?? '';
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll(/[“”"]/gu, '');
}
