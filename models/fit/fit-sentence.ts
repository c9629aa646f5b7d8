import type { Fit, Machine } from '../../contract/models.ts';
import type { UsableCard } from './usable-card.ts';

/** Memory as it is sold: 11 GB are 11 × 1024³ bytes. */
export function gigabytes(bytes: number): string {
  const number = bytes / 1024 ** 3;
  return number >= 10
    ? String(Math.round(number))
    : number >= 0.95
      ? String(Math.round(number * 10) / 10)
      : `${Math.max(0.1, Math.round(number * 10) / 10)}`;
}

export function inGigabytes(bytes: number): string {
  return `${gigabytes(bytes)} GB`;
}

function speedWords(tokens: number): string {
  if (tokens < 0.75) return 'less than one token a second';
  const rounded = tokens >= 10 ? Math.round(tokens) : Math.round(tokens * 2) / 2;
  return `about ${rounded} ${rounded === 1 ? 'token' : 'tokens'} a second`;
}

/** Slower than anybody reads. */
const CRAWLING = 2;

function speedClause(tokens: number | undefined, prefix: string): string {
  if (tokens === undefined) return '';
  return tokens < CRAWLING ? `${prefix}it would crawl at ${speedWords(tokens)}` : `${prefix}${speedWords(tokens)}`;
}

/** The verdict as one would say it. */
export function fitSentence(name: string, fit: Omit<Fit, 'sentence'>, machine: Machine, card: UsableCard | undefined): string {
  const need = inGigabytes(fit.weightsBytes + fit.kvBytes + fit.overheadBytes);
  const has =
    card === undefined || card.shared
      ? inGigabytes(machine.memory.totalBytes)
      : `${gigabytes(card.memoryBytes)} + ${gigabytes(machine.memory.totalBytes)}`;
  const speed = fit.tokensPerSecond;
  switch (fit.verdict) {
    case 'gpu':
      return `${name} needs ${need} and fits wholly on ${card?.name ?? 'the card'}${speedClause(speed, ': ')}.`;
    case 'partly':
      return `${name} needs ${need}; you have ${has}: ${fit.gpuLayers} of ${fit.layers} layers fit on ${card?.name ?? 'the card'}${speedClause(speed, ', ')}.`;
    case 'cpu':
      return `${name} needs ${need}; you have ${has}: it runs in memory alone${speedClause(speed, ', ')}.`;
    case 'no': {
      const slow =
        speed !== undefined && speed < CRAWLING
          ? `: it does not fit, and if it did it would crawl at ${speedWords(speed)}`
          : ': it does not fit';
      return `${name} needs ${need}; you have ${has}${slow}.`;
    }
    default:
      return fit.verdict satisfies never;
  }
}
