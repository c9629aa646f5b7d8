import { z } from 'zod';
import { type MindSettings, MindSettingsSchema } from '../../contract/models.ts';
import { openMindDoor } from './mind-door.ts';
import { spendingLines } from './mind-look.ts';
import type { BudgetOptions, MindOptions } from './mind-options.ts';
import { CommandError, print, printJson } from './output.ts';

/** What may be set by `KEY=VALUE`, and how its text is read. Providers and budget have commands of their own. */
const KEYS = {
  enabled: 'yes-no',
  privacy: 'text',
  prefer: 'text',
  order: 'list',
  steps: 'number',
  contextSize: 'number',
  idleUnloadMinutes: 'number',
  keepDays: 'number',
  keep: 'text',
  pinned: 'list',
  'persona.formality': 'number',
  'persona.verbosity': 'number',
  'persona.humour': 'number',
  'persona.address': 'text-or-nothing',
  'persona.extra': 'text-or-nothing',
} as const;
type Key = keyof typeof KEYS;
const isKey = (key: string): key is Key => Object.hasOwn(KEYS, key);

export async function setMind(pairs: readonly string[], { json }: MindOptions): Promise<void> {
  const wishes = pairs.map(readPair);
  await using door = await openMindDoor();
  const { settings, problem } = await door.report();
  if (problem !== undefined) throw new CommandError(problem);
  const changed = withWishes(settings, wishes);
  const change: Partial<MindSettings> = {};
  for (const member of MEMBERS) if (wishes.some(([key]) => key === member || key.startsWith(`${member}.`))) take(change, changed, member);
  const report = await door.save(change);
  if (json === true) printJson(report.settings);
  else for (const [key, value] of wishes) print(`${key} is ${shown(value)} now.`);
}

const MEMBERS = [
  'enabled',
  'privacy',
  'prefer',
  'order',
  'steps',
  'contextSize',
  'idleUnloadMinutes',
  'keepDays',
  'keep',
  'pinned',
  'persona',
] as const satisfies (keyof MindSettings)[];

function take<Member extends keyof MindSettings>(to: Partial<MindSettings>, from: MindSettings, member: Member): void {
  to[member] = from[member];
}

function readPair(pair: string): [Key, unknown] {
  const at = pair.indexOf('=');
  const key = at < 0 ? pair : pair.slice(0, at);
  if (!isKey(key)) throw new CommandError(`There is no setting "${key}". There is: ${Object.keys(KEYS).join(', ')}.`, 2);
  if (at < 0) throw new CommandError(`Write it as ${key}=VALUE.`, 2);
  return [key, readValue(key, pair.slice(at + 1).trim())];
}

function readValue(key: Key, text: string): unknown {
  const kind = KEYS[key];
  switch (kind) {
    case 'text':
      return text;
    case 'text-or-nothing':
      return text === '' ? undefined : text;
    case 'number':
      if (!/^\d{1,9}$/u.test(text)) throw new CommandError(`${key} is a whole number, not "${text}".`, 2);
      return Number(text);
    case 'yes-no':
      if (/^(true|yes|on)$/iu.test(text)) return true;
      if (/^(false|no|off)$/iu.test(text)) return false;
      throw new CommandError(`${key} is true or false, not "${text}".`, 2);
    case 'list':
      return text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
    default:
      return kind satisfies never;
  }
}

/** @throws CommandError naming what cannot be taken */
function withWishes(settings: MindSettings, wishes: readonly [Key, unknown][]): MindSettings {
  const changed: Record<string, unknown> = { ...settings };
  const persona: Record<string, unknown> = { ...settings.persona };
  for (const [key, value] of wishes) {
    if (key.startsWith('persona.')) persona[key.slice('persona.'.length)] = value;
    else changed[key] = value;
  }
  const parsed = MindSettingsSchema.safeParse({ ...changed, persona });
  if (parsed.success) return parsed.data;
  throw new CommandError(problemsOf(parsed.error), 2);
}

export const problemsOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.length === 0 ? 'settings' : path.join('.')}: ${message}`).join('\n');

const shown = (value: unknown): string =>
  value === undefined ? 'not set' : Array.isArray(value) ? (value.length === 0 ? 'empty' : value.join(', ')) : String(value);

/** Without options it shows. */
export async function setBudget({ json, off, currency, ...limits }: BudgetOptions): Promise<void> {
  await using door = await openMindDoor();
  const { settings, spending, problem } = await door.report();
  if (problem !== undefined) throw new CommandError(problem);
  const { perDay, perMonth, tokensPerDay } = limits;
  const isChange = off === true || currency !== undefined || perDay !== undefined || perMonth !== undefined || tokensPerDay !== undefined;
  const kept = off === true ? { currency: settings.budget.currency } : settings.budget;
  const parsed = z
    .object({ budget: MindSettingsSchema.shape.budget })
    .safeParse({ budget: { ...kept, ...limits, ...(currency === undefined ? {} : { currency: currency.toUpperCase() }) } });
  if (!parsed.success) throw new CommandError(problemsOf(parsed.error), 2);
  const now = isChange ? (await door.save({ budget: parsed.data.budget })).spending : spending;
  if (json === true) printJson(now);
  else for (const line of [...spendingLines(now), ...noLimit(now.budget)]) print(line);
}

const noLimit = ({ perDay, perMonth, tokensPerDay }: MindSettings['budget']): string[] =>
  perDay === undefined && perMonth === undefined && tokensPerDay === undefined
    ? ['There is no limit. Set one: jarvis mind budget --per-day 1 --per-month 20']
    : [];
