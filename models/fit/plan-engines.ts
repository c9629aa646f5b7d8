import type { EnginePlan, Machine, ModelKind, ModelShape } from '../../contract/models.ts';
import { fitOf } from './fit-of.ts';
import { inGigabytes } from './fit-sentence.ts';
import { gpuBudget, memoryBudget, usableCard } from './usable-card.ts';

/** A language or embedding model that should be there at the same time as the others. */
export interface WantedModel {
  kind: ModelKind;
  title: string;
  /** Of its file. */
  bytes: number;
  quantisation: string;
  shape?: ModelShape;
  /** Tokens */
  contextSize: number;
}

/** An engine of the voice: it lives in its own process and takes what it takes. */
export interface VoiceEngine {
  kind: ModelKind;
  title: string;
  memoryBytes: number;
  gpuBytes?: number;
}

type Part = EnginePlan['parts'][number];

/** Who is asked first about the card. */
const ORDER: readonly ModelKind[] = ['chat', 'vision', 'embedding', 'stt', 'tts', 'wake', 'vad'];

/**
 * One plan over everything that wants memory at once. The voice comes first, for without it nobody is heard; then the card goes to the chat model, and
 * what is left of it to the others. What has no room anywhere is `off`.
 */
export function planEngines(wanted: readonly WantedModel[], machine: Machine, voice: readonly VoiceEngine[]): EnginePlan {
  const card = usableCard(machine);
  let gpuRoom = gpuBudget(card);
  let memoryRoom = memoryBudget(machine);
  const parts: Part[] = [];
  const take = (part: Part): void => {
    gpuRoom = Math.max(0, gpuRoom - part.gpuBytes);
    memoryRoom = Math.max(0, memoryRoom - part.memoryBytes - (card?.shared === true ? part.gpuBytes : 0));
    parts.push(part);
  };
  for (const engine of voice) take(voicePart(engine, gpuRoom, memoryRoom));
  for (const model of wanted.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))) {
    take(modelPart(model, machine, gpuRoom, memoryRoom));
  }
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const plan = {
    parts: parts.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind)),
    gpuBytes: sum((part) => part.gpuBytes),
    gpuTotalBytes: card?.memoryBytes ?? 0,
    memoryBytes: sum((part) => part.memoryBytes),
    memoryTotalBytes: machine.memory.totalBytes,
  };
  return { ...plan, sentence: sentenceOf(plan, card?.name) };
}

function voicePart(engine: VoiceEngine, gpuRoom: number, memoryRoom: number): Part {
  const { kind, title } = engine;
  const memoryBytes = Math.ceil(engine.memoryBytes);
  const gpuBytes = Math.ceil(engine.gpuBytes ?? 0);
  if (gpuBytes > 0 && gpuBytes <= gpuRoom && memoryBytes <= memoryRoom) return { kind, title, where: 'gpu', gpuBytes, memoryBytes };
  const all = memoryBytes + gpuBytes;
  if (all > memoryRoom) return { kind, title, where: 'off', gpuBytes: 0, memoryBytes: 0 };
  return { kind, title, where: 'cpu', gpuBytes: 0, memoryBytes: all };
}

function modelPart(model: WantedModel, machine: Machine, gpuRoom: number, memoryRoom: number): Part {
  const { kind, title, bytes, quantisation, shape, contextSize } = model;
  if (shape === undefined) return voicePart({ kind, title, memoryBytes: Math.ceil(bytes * 1.5) }, gpuRoom, memoryRoom);
  const found = fitOf(shape, bytes, quantisation, machine, { contextSize, gpuBudgetBytes: gpuRoom, memoryBudgetBytes: memoryRoom });
  // An embedding model is small: half of it on the card would only make both slow.
  if (kind === 'embedding' && found.verdict === 'partly') {
    return modelPart({ ...model }, { ...machine, cards: [] }, 0, memoryRoom);
  }
  if (found.verdict === 'no') return { kind, title, where: 'off', gpuBytes: 0, memoryBytes: 0 };
  return { kind, title, where: found.verdict, gpuBytes: found.gpuBytes, memoryBytes: found.memoryBytes };
}

function sentenceOf(plan: Omit<EnginePlan, 'sentence'>, card: string | undefined): string {
  if (plan.parts.length === 0) return 'Nothing wants memory.';
  const off = plan.parts.filter((part) => part.where === 'off').map((part) => part.title);
  const onCard =
    plan.gpuBytes > 0 ? `${inGigabytes(plan.gpuBytes)} of ${inGigabytes(plan.gpuTotalBytes)} on ${card ?? 'the card'} and ` : '';
  const taken = `Together they take ${onCard}${inGigabytes(plan.memoryBytes)} of ${inGigabytes(plan.memoryTotalBytes)} memory`;
  return off.length === 0 ? `${taken}.` : `${taken}; there is no room for ${off.join(' and ')}.`;
}
