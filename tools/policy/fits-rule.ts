import type { Permissions } from '../../contract/tool.ts';
import { asFit, type Fit } from './fit.ts';
import { fitsTime } from './fits-time.ts';
import { fitsHost } from './host-pattern.ts';
import { fitsPath, looksLikePath, type PathReach, type PathWorld } from './path-pattern.ts';
import { isTainted, type PolicyCall, roleOf } from './policy-call.ts';
import type { PolicyRule, ValuePattern } from './policy-rule.ts';
import { placesOf, valuesAt } from './values-at.ts';
import { fitsWildcard } from './wildcard.ts';

export interface Surroundings {
  timeZone?: string | undefined;
  paths?: PathWorld;
}

/**
 * Does the rule speak of this call? Of several devices, paths or permissions an `allow` needs every one to fit, `ask` and `deny` any one; and what cannot be
 * read (a path that is none, an amount without a number) never fits an `allow` and always fits the other two.
 */
export function fitsRule(rule: PolicyRule, call: PolicyCall, { timeZone, paths }: Surroundings = {}): boolean {
  return (
    anyOf(rule.tool, (tool) => fitsWildcard(tool, call.tool)) &&
    anyOf(rule.risk, (risk) => risk === call.risk) &&
    anyOf(rule.source, (source) => source === call.source) &&
    anyOf(rule.role, (role) => role === roleOf(call)) &&
    anyOf(rule.person, (person) => sameName(person, call.person?.name)) &&
    anyOf(rule.speaker, (speaker) => sameName(speaker, call.speaker)) &&
    anyOf(rule.room, (room) => call.room !== undefined && fitsWildcard(room, call.room)) &&
    (rule.taint === undefined || rule.taint === isTainted(call)) &&
    fitsPermission(rule, call.permissions) &&
    (rule.time === undefined || fitsTime(rule.time, call.at, timeZone)) &&
    Object.entries(rule.input ?? {}).every(([place, pattern]) => fitsInput(rule, place, pattern, call, paths)) &&
    (rule.only !== true || placesOf(call.input).every((place) => Object.hasOwn(rule.input ?? {}, place)))
  );
}

/** True where the rule says nothing about it. */
function anyOf<Value>(wanted: Value | readonly Value[] | undefined, fits: (value: Value) => boolean): boolean {
  if (wanted === undefined) return true;
  return isList(wanted) ? wanted.some(fits) : fits(wanted);
}

const isList = <Value>(value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);

const sameName = (one: string, other: string | undefined): boolean => one.toLowerCase() === other?.toLowerCase();

function fitsPermission({ effect, permission }: PolicyRule, permissions: Permissions): boolean {
  if (permission === undefined) return true;
  const held = heldPermissions(permissions);
  const covered = ({ kind, part }: { kind: string; part: string }): boolean =>
    anyOf(permission, (pattern) => {
      const [wanted, ...rest] = pattern.split(':');
      return wanted === kind && (rest.length === 0 || fitsWildcard(rest.join(':'), part));
    });
  return effect === 'allow' ? held.length > 0 && held.every(covered) : held.some(covered);
}

function heldPermissions({ network = [], filesystem = [], system = [], secrets = [], home, timers, money }: Permissions) {
  return [
    ...network.map((part) => ({ kind: 'network', part })),
    ...filesystem.map(({ path, mode }) => ({ kind: 'filesystem', part: `${mode}:${path}` })),
    ...system.map((part) => ({ kind: 'system', part })),
    ...secrets.map((part) => ({ kind: 'secrets', part })),
    ...Object.entries({ home, timers, money }).flatMap(([kind, has]) => (has === true ? [{ kind, part: '' }] : [])),
  ];
}

function fitsInput(
  { effect }: PolicyRule,
  place: string,
  pattern: ValuePattern,
  { input, risk }: PolicyCall,
  paths: PathWorld | undefined,
): boolean {
  const loosens = effect === 'allow';
  const reach: PathReach = loosens ? 'within' : risk === 'observe' ? 'touching' : 'moving';
  const fits = valuesAt(input, place).map((value) => fitsValue(pattern, value, reach, paths));
  return loosens ? fits.length > 0 && fits.every((fit) => fit === 'yes') : fits.some((fit) => fit !== 'no');
}

function fitsValue(pattern: ValuePattern, value: unknown, reach: PathReach, paths: PathWorld | undefined): Fit {
  if (typeof pattern === 'string') {
    if (typeof value !== 'string') return 'unclear';
    return looksLikePath(pattern) ? fitsPath(pattern, value, reach, paths) : asFit(fitsWildcard(pattern, value));
  }
  if ('is' in pattern) return asFit(pattern.is === value);
  if ('path' in pattern) return typeof value === 'string' ? fitsPath(pattern.path, value, reach, paths) : 'unclear';
  if ('host' in pattern) return typeof value === 'string' ? fitsHost(pattern.host, value) : 'unclear';
  const amount = amountOf(value);
  if (amount === undefined) return 'unclear';
  return asFit(amount < (pattern.less ?? Number.POSITIVE_INFINITY) && amount > (pattern.more ?? Number.NEGATIVE_INFINITY));
}

/** Also of "12.50", as some write amounts; undefined for what is no plain number. */
function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/u.test(value) ? Number(value) : undefined;
}
