const HIDDEN = '••••';

/** One figure, written or spoken. */
const FIGURE =
  '(?:\\p{Nd}+|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\p{L}+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|double|triple)';
/** Four or more figures in a row, or as many said one by one. */
const NUMBER = `(?:\\p{Nd}(?:[\\s-]*\\p{Nd}){3,}|${FIGURE}(?:[\\s-]+${FIGURE}){2,})`;
/** Codes that open nothing. */
const HARMLESS = '(?<!\\b(?:error|status|exit|http|zip|post|postal|area|country|product|source|dress|bar|morse|return)[\\s-]+)';
/** "the alarm code is 4 7 1 1", "with the PIN one two three four" */
const CODE = new RegExp(
  `${HARMLESS}\\b((?:(?:pin|passcode)s?|(?:the|my|our|your|his|her|their|with|door|gate|alarm|lock|access|security|entry)[\\s-]+(?:code|combination)s?)\\b[^.?!\\n]{0,40}?)(?<![\\p{L}\\p{Nd}])${NUMBER}`,
  'giu',
);
/** "my password is hunter2" */
const PASSWORD = /\b((?:password|passphrase|passcode)s?\b[^.?!\n]{0,30}?(?:\b(?:is|was|to|be)\b|[:=])\s*)("[^"\n]+"|\S+)/giu;

/** What a person said, for keeping: codes and passwords that are told as such are left out. What is not called a secret cannot be known for one. */
export const withoutSecrets = (words: string): string =>
  words.replace(CODE, (_, before: string) => `${before}${HIDDEN}`).replace(PASSWORD, (_, before: string) => `${before}${HIDDEN}`);
