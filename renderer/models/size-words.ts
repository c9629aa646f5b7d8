const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Memory and files as they are sold: 11 GB are 11 × 1024³ bytes. */
export function sizeWords(bytes: number): string {
  let number = bytes;
  let unit = 0;
  while (number >= 999.5 && unit < UNITS.length - 1) {
    number /= 1024;
    unit += 1;
  }
  return `${unit < 2 || number >= 9.95 ? Math.round(number) : Math.round(number * 10) / 10} ${UNITS[unit]}`;
}

export const rateWords = (bytesPerSecond: number): string => `${sizeWords(bytesPerSecond)}/s`;

/** "4 min"; never finer than people care for. */
export function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return minutes % 60 === 0 || hours >= 10 ? `${Math.round(minutes / 60)} h` : `${hours} h ${minutes % 60} min`;
}

/** Tokens of a context as people say them: 8k, 128k. */
export const contextWords = (tokens: number): string => (tokens % 1024 === 0 ? `${tokens / 1024}k` : tokens.toLocaleString('en-GB'));

/** "about 52 tokens/s" */
export function speedWords(tokensPerSecond: number): string {
  if (tokensPerSecond < 0.75) return 'under 1 token/s';
  const rounded = tokensPerSecond >= 10 ? Math.round(tokensPerSecond) : Math.round(tokensPerSecond * 2) / 2;
  return `about ${rounded} ${rounded === 1 ? 'token' : 'tokens'}/s`;
}

/** "1.2 s", "340 ms" */
export const millisecondsWords = (ms: number): string => (ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms)} ms`);
