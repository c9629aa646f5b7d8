import type { ChatMessage } from '../../contract/chat.ts';
import { areKindred, contentWords } from './content-words.ts';
import { importanceOf, sentencesOf } from './importance.ts';

/** One sentence of a message, and what it may be worth. */
export interface Passage {
  message: ChatMessage;
  sentence: string;
  /** Only to compare passages of one call. */
  score: number;
}

/** What a word counts that only means something like it. */
const KINDRED_SHARE = 0.45;
/** Of what was said before, when the question alone says little: "and tomorrow?" */
const BEFORE_SHARE = 0.3;
const FEW_WORDS = 3;
/** Who speaks of "my" or "I" rarely asks for what was said about others. */
const OWN = /\b(?:i|my|mine|me|we|our|us)\b/iu;
const ABOUT_SELF = /^(?:and )?(?:i|we|my (?:name|own|car|doctor|blood|address|number|birthday))\b/iu;
const SATURATION = 1.2;

/** The sentences that have most to do with a question, best first: by shared words, rarer ones counting more, then by words of the same field. */
export function recall(question: string, before: string | undefined, messages: readonly ChatMessage[]): Passage[] {
  const passages = messages.flatMap((message) =>
    sentencesOf(message.text).map((sentence) => ({ message, sentence, words: new Set(contentWords(sentence)) })),
  );
  const counts = new Map<string, number>();
  for (const { words } of passages) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const rarity = (word: string): number => Math.log(1 + passages.length / ((counts.get(word) ?? 0) + 0.5));
  const wanted = wantedWords(question, before);
  const isOwn = OWN.test(question);
  return passages
    .map(({ message, sentence, words }) => {
      let score = 0;
      for (const [word, share] of wanted) {
        if (words.has(word)) score += share * rarity(word);
        else {
          const kindred = [...words].filter((each) => areKindred(word, each));
          score += share * KINDRED_SHARE * Math.max(0, ...kindred.map(rarity));
        }
      }
      if (score === 0) return { message, sentence, score };
      // A question asked before holds the same words as this one, and no answer.
      const worth = 0.4 + Math.min(4, importanceOf(sentence, message.role)) / 4;
      return { message, sentence, score: score * worth * (isOwn && ABOUT_SELF.test(sentence) ? SATURATION : 1) };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
}

function wantedWords(question: string, before: string | undefined): Map<string, number> {
  const own = contentWords(question);
  const wanted = new Map<string, number>();
  if (own.length < FEW_WORDS && before !== undefined) for (const word of contentWords(before)) wanted.set(word, BEFORE_SHARE);
  for (const word of own) wanted.set(word, 1);
  return wanted;
}
