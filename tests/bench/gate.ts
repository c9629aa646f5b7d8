import { auditPart } from './audit.ts';
import { benchGateCalls } from './gate-calls.ts';
import type { BenchPart } from './run-parts.ts';
import { stopPart } from './stop.ts';

/** The gate, measured, in the order the parts run. */
export const GATE_PARTS: Readonly<Record<string, BenchPart>> = {
  calls: benchGateCalls,
  stop: stopPart,
  audit: auditPart,
};
