import type { Download, EnginePack, Fit, ListedModel, Machine, ModelKind } from '../../contract/models.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { inGigabytes } from '../../models/fit/fit-sentence.ts';

export const KIND_WORDS: Record<ModelKind, string> = {
  chat: 'Chat',
  vision: 'Vision',
  embedding: 'Search by meaning (embeddings)',
  stt: 'Hearing (speech to text)',
  tts: 'Voice (text to speech)',
  wake: 'Wake word',
  vad: 'Speech detection',
};

const VERDICTS: Record<Fit['verdict'], string> = { gpu: 'card', partly: 'partly', cpu: 'processor', no: 'no' };

/** Where it would run; of a model that lies half on the card, with the share of its layers. */
export function verdictWords({ verdict, gpuLayers, layers }: Fit): string {
  return verdict === 'partly' ? `${VERDICTS.partly} ${gpuLayers}/${layers}` : VERDICTS[verdict];
}

/** Tokens a second. */
export const speedWords = (speed: number | undefined): string =>
  speed === undefined ? '-' : speed >= 10 ? String(Math.round(speed)) : speed >= 0.1 ? speed.toFixed(1) : '<0.1';

export function machineWords({ cpu, memory, cards }: Machine): string {
  const shown = cards.map(({ name, memoryBytes, integrated }) => (integrated === true ? name : `${name} with ${inGigabytes(memoryBytes)}`));
  return `${cpu.name}, ${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'}, ${inGigabytes(memory.totalBytes)} memory; ${shown.length === 0 ? 'no graphics card' : shown.join(' and ')}`;
}

export function packWords({ state, bytes, doneBytes, problem }: EnginePack): string {
  switch (state) {
    case 'installed':
      return 'here';
    case 'absent':
      return 'not fetched yet';
    case 'fetching':
      return `being fetched${doneBytes === undefined || bytes === undefined || bytes === 0 ? '' : `, ${Math.floor((100 * doneBytes) / bytes)} %`}`;
    case 'broken':
      return `broken${problem === undefined ? '' : `: ${problem}`}`;
    default:
      return state satisfies never;
  }
}

/** How far a download is. */
export function downloadWords({ state, doneBytes, totalBytes, bytesPerSecond, problem }: Download): string {
  const far = totalBytes === undefined ? bytesInWords(doneBytes) : `${bytesInWords(doneBytes)} of ${bytesInWords(totalBytes)}`;
  const rate = bytesPerSecond === undefined || state !== 'running' ? '' : `, ${bytesInWords(Math.round(bytesPerSecond))}/s`;
  return `${state}, ${far}${rate}${problem === undefined ? '' : `: ${problem}`}`;
}

/** `★` the one to take, `✓` here, `●` loaded, `↓` being fetched, `!` here but of no use. */
export function marksOf({ recommended, installed, resident, download }: ListedModel): string {
  const here =
    installed?.problem !== undefined
      ? '!'
      : resident !== undefined
        ? '●'
        : installed !== undefined
          ? '✓'
          : download !== undefined
            ? '↓'
            : ' ';
  return `${recommended ? '★' : ' '}${here}`;
}

/** Half a minute, or hours. */
export function durationWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 5400) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
