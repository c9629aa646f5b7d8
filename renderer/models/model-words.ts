import type { EngineBuild, Fit, Machine, ModelKind } from '../../contract/models.ts';
import { sizeWords } from './size-words.ts';

/** In the order in which they matter. */
export const KINDS = [
  { id: 'chat', label: 'Conversation', short: 'Talk' },
  { id: 'vision', label: 'Seeing pictures', short: 'Vision' },
  { id: 'embedding', label: 'Finding by meaning', short: 'Meaning' },
  { id: 'stt', label: 'Understanding speech', short: 'Hearing' },
  { id: 'tts', label: 'Speaking', short: 'Voice' },
  { id: 'wake', label: 'Wake word', short: 'Wake' },
  { id: 'vad', label: 'Speech or silence', short: 'Silence' },
] as const satisfies readonly { id: ModelKind; label: string; short: string }[];

export const kindLabel = (kind: ModelKind): string => KINDS.find(({ id }) => id === kind)?.label ?? kind;

export const VERDICTS = {
  gpu: { text: 'On the card', tone: 'good', icon: 'check' },
  partly: { text: 'Partly on the card', tone: 'warn', icon: 'minus' },
  cpu: { text: 'Processor only', tone: 'warn', icon: 'minus' },
  no: { text: 'Does not fit', tone: 'bad', icon: 'close' },
} as const satisfies Record<Fit['verdict'], { text: string; tone: 'good' | 'warn' | 'bad'; icon: 'check' | 'minus' | 'close' }>;

export const BUILDS: Readonly<Record<EngineBuild, string>> = {
  cpu: 'processor',
  cuda: 'CUDA 13',
  'cuda-12': 'CUDA 12',
  vulkan: 'Vulkan',
  metal: 'Metal',
};

/** "GeForce GTX 1080 Ti with 11 GB, 32 GB of memory and an i7-8700 with 6 cores." */
export function machineSentence({ cards, memory, cpu }: Machine): string {
  const shown = cards.map(({ name, memoryBytes, integrated }) =>
    integrated === true ? `${name} sharing the memory` : `${name} with ${sizeWords(memoryBytes)}`,
  );
  const processor = `${cpu.name} with ${cpu.cores === 1 ? 'one core' : `${cpu.cores} cores`}`;
  const parts = [...(shown.length === 0 ? ['No graphics card'] : shown), `${sizeWords(memory.totalBytes)} of memory`];
  return `${parts.join(', ')} and ${processor}.`;
}
