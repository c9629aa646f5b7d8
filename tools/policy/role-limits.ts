import type { Permissions } from '../../contract/tool.ts';
import type { PolicyCall } from './policy-call.ts';
import { valuesAt } from './values-at.ts';

/** Families of tools that change what JARVIS may do. */
const MANAGEMENT: ReadonlySet<string> = new Set(['settings', 'policy', 'tools', 'plugins', 'secrets', 'people', 'audit']);

/** Area id of an entity; undefined when it is in none, or is none. */
export type AreaOf = (entityId: string) => string | undefined;

/** Why this person may not, in words; undefined when they may. Admins may all that the policy allows, and so may whoever sits at this machine. */
export function refusedByRole(call: PolicyCall, areaOf: AreaOf = () => undefined): string | undefined {
  const { person } = call;
  if (person === undefined) return undefined;
  switch (person.role) {
    case 'admin':
    case 'agent':
      return undefined;
    case 'user':
      return managesJarvis(call) ? `${person.name} may not change how JARVIS is set up` : undefined;
    case 'guest':
      return refusedToGuest(call, person.name, areaOf);
    default:
      return person.role satisfies never;
  }
}

const managesJarvis = ({ tool, permissions }: PolicyCall): boolean =>
  MANAGEMENT.has(tool.split('.')[0] ?? '') || (permissions.system ?? []).some((part) => part === 'settings' || part === 'packages');

function refusedToGuest(call: PolicyCall, name: string, areaOf: AreaOf): string | undefined {
  const { tool, risk, permissions, input, room } = call;
  if (managesJarvis(call) || !isOfHome(permissions)) return `${name} is a guest, and guests use the home only`;
  if (risk === 'observe') return undefined;
  if (risk !== 'change') return `${name} is a guest, and this is not for guests`;
  if (room === undefined) return `${name} is a guest, and I do not know the room that it is for`;
  // What is told to happen later, or what another agent makes of the words, is carried out without this check.
  const things = [...valuesAt(input, 'entityIds'), ...valuesAt(input, 'entityId')];
  if (things.length > 0)
    return things.every((id) => typeof id === 'string' && areaOf(id) === room)
      ? undefined
      : `${name} is a guest, and that is in another room`;
  const isPlainTimer = tool === 'timer.start' && valuesAt(input, 'command').length + valuesAt(input, 'matches').length === 0;
  return isPlainTimer ? undefined : `${name} is a guest, and this is not for guests`;
}

function isOfHome({ home: _home, timers: _timers, ...others }: Permissions): boolean {
  return Object.values(others).every((held) => held === undefined || held === false || (Array.isArray(held) && held.length === 0));
}
