import type { AuditFilter } from '../../contract/audit.ts';

const HOUR = 3_600_000;

export const AUDIT_SPANS = [
  { id: 'all', label: 'Any time' },
  { id: 'hour', label: 'The last hour', ms: HOUR },
  { id: 'day', label: 'The last day', ms: 24 * HOUR },
  { id: 'week', label: 'The last week', ms: 7 * 24 * HOUR },
  { id: 'month', label: 'The last 30 days', ms: 30 * 24 * HOUR },
] as const satisfies readonly { id: string; label: string; ms?: number }[];

/** What the person has filled in; empty texts ask for nothing. */
export interface AuditSearch {
  text: string;
  tool: string;
  turnId: string;
  outcome: AuditFilter['outcome'] | undefined;
  span: (typeof AUDIT_SPANS)[number]['id'];
}

export const EMPTY_SEARCH: AuditSearch = { text: '', tool: '', turnId: '', outcome: undefined, span: 'all' };

/** `now` in ms since the epoch. */
export function filterOf({ text, tool, turnId, outcome, span }: AuditSearch, now: number): AuditFilter {
  const chosen = AUDIT_SPANS.find(({ id }) => id === span);
  const words = text.trim();
  const name = tool.trim();
  return {
    ...(words !== '' && { text: words }),
    ...(name !== '' && { tool: name }),
    ...(turnId !== '' && { turnId }),
    ...(outcome !== undefined && { outcome }),
    ...(chosen !== undefined && 'ms' in chosen && { from: now - chosen.ms }),
  };
}

/** The same question in the terminal, which writes files. */
export function exportCommand({ turnId }: AuditSearch): string {
  return turnId === '' ? 'jarvis audit export' : `jarvis audit export --task ${turnId}`;
}
