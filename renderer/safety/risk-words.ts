import type { Risk } from '../../contract/tool.ts';

/** A tier of risk as a person reads it; `tone` names the colour. */
export const RISK_WORDS = {
  observe: { label: 'Only looks', tone: 'good', meaning: 'It changes nothing, so it is never asked about.' },
  change: {
    label: 'Can be undone',
    tone: 'accent',
    meaning: 'Comfort of the home that can be put back: done at once, unless a rule says otherwise.',
  },
  guarded: { label: 'Guarded', tone: 'warn', meaning: 'JARVIS asks before each time, unless a rule allows it.' },
  forbidden: { label: 'Forbidden', tone: 'bad', meaning: 'Refused until it is switched on by name; then JARVIS still asks each time.' },
} as const satisfies Record<Risk, { label: string; tone: string; meaning: string }>;
