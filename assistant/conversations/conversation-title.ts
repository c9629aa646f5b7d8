import type { ChatMessage } from '../../contract/chat.ts';

/** Of a conversation in which nothing was said yet. */
export const NEW_TITLE = 'New conversation';
const LONGEST = 60;

/** What is said to JARVIS rather than about something. */
const GREETING =
  /^(?:(?:hey|hi|hello|good (?:morning|afternoon|evening)|okay|ok|please|jarvis|(?:can|could|would|will) you(?: please)?|tell me|i(?:'d| would) like to know)[\s,.!]+)+/iu;

/** From the first words: the first sentence without its courtesies, at most 60 characters, cut between words. */
export function titleFromWords(words: string): string {
  const line = words.replaceAll(/[\s#*_`>]+/gu, ' ').trim();
  const wish = line.replace(GREETING, '');
  const [sentence = ''] = /^.+?(?=[.!?…](?:\s|$)|$)/u.exec(wish === '' ? line : wish) ?? [];
  const title = cutBetweenWords(sentence.trim(), LONGEST);
  return title === '' ? NEW_TITLE : title.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function cutBetweenWords(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest - 1);
  const space = head.lastIndexOf(' ');
  return `${head.slice(0, space > longest / 2 ? space : longest - 1).toWellFormed()}…`;
}

/** Asked of a model, in the background. */
export function titleQuestion(messages: readonly Pick<ChatMessage, 'role' | 'text'>[]): string {
  const said = messages.slice(0, 6).map(({ role, text }) => `${role === 'person' ? 'Person' : 'Assistant'}: ${text.slice(0, 500)}`);
  return `Give this conversation a title of two to six words. Answer with the title alone.\n\n${said.join('\n')}`;
}

/** What a model gave as a title, cleaned; undefined when it is none. */
export function titleFromModel(answer: string): string | undefined {
  const line = answer.trim().split('\n')[0] ?? '';
  const title = line
    .replaceAll(/[*_`#"“”]+/gu, '')
    .replace(/^\s*(?:title|conversation)\s*:\s*/iu, '')
    .replace(/[.!]+$/u, '')
    .trim();
  return title === '' || title.length > 100 ? undefined : cutBetweenWords(title, LONGEST);
}
