import type { Permissions, Person, Risk, Role, Source, Taint } from '../../contract/tool.ts';

/** A call as the policy sees it. */
export interface PolicyCall {
  tool: string;
  risk: Risk;
  permissions: Permissions;
  source: Source;
  /** As parsed by the tool. */
  input: unknown;
  /** ms since the epoch */
  at: number;
  person?: Person | undefined;
  speaker?: string | undefined;
  /** Area id of the room it was said in. */
  room?: string | undefined;
  taint?: readonly Taint[] | undefined;
}

const PROGRAMS: ReadonlySet<Source> = new Set(['agent', 'plugin', 'mcp']);

/** Programs that choose by themselves are agents, whoever set them going. */
export const isProgram = (source: Source): boolean => PROGRAMS.has(source);

export const roleOf = ({ source, person }: Pick<PolicyCall, 'source' | 'person'>): Role =>
  isProgram(source) ? 'agent' : (person?.role ?? 'admin');

export const isTainted = ({ taint }: Pick<PolicyCall, 'taint'>): boolean => taint !== undefined && taint.length > 0;
