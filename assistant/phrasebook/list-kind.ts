import type { SourceListValue, SourceScope } from './phrasebook-source.ts';
import { findList } from './phrasebook-source.ts';
import type { ListReference } from './template.ts';

/** Part of `{name:light+cover.window}`: a domain and maybe a device class. */
export interface Selector {
  domain: string;
  deviceClass: string | undefined;
}

/** What a slot can hold. `key` is equal for equal kinds. */
export type ListKind =
  | { type: 'range'; key: string; from: number; to: number; step: number; negated: boolean }
  /** Any words; a title's own article ("The Office") is part of it. */
  | { type: 'text'; key: string; keepsArticles: boolean }
  /** Any words that are themselves understood as a command. */
  | { type: 'command'; key: string }
  /** Names of entities; every one where there are no selectors. */
  | { type: 'name'; key: string; selectors: Selector[] }
  | { type: 'area'; key: string }
  | { type: 'floor'; key: string }
  /** A word that something of the home lists for a mode, preset, option or source. */
  | { type: 'mode'; key: string }
  | { type: 'values'; key: string; name: string; values: SourceListValue[]; scope: SourceScope };

const DOMAINS: ReadonlySet<string> = new Set(
  `alarm_control_panel automation binary_sensor button camera climate cover date device_tracker event fan group humidifier image input_boolean
  input_button input_number input_select input_text lawn_mower light lock media_player number person remote scene script select sensor siren
  sun switch timer todo update vacuum valve water_heater weather zone calendar`.split(/\s+/u),
);

export const BUILT_IN_LISTS: readonly string[] = ['name', 'area', 'floor', 'mode', 'text', 'title', 'command', ...DOMAINS];

/** What a list reference means in a scope; undefined where there is no such list. The person's own lists come before built-in ones. */
export function listKindOf(reference: ListReference, scope: SourceScope): ListKind | undefined {
  if (reference.type === 'range') {
    const { from, to, step, negated } = reference;
    return { type: 'range', key: `range:${negated ? 'minus ' : ''}${from}-${to}/${step}`, from, to, step, negated };
  }
  const found = findList(scope, reference.name);
  if (found !== undefined) {
    return {
      type: 'values',
      key: `list:${found.scope.name}:${reference.name}`,
      name: reference.name,
      values: found.list.values,
      scope: found.scope,
    };
  }
  switch (reference.name) {
    case 'text':
    case 'title':
      return { type: 'text', key: reference.name, keepsArticles: reference.name === 'title' };
    case 'command':
    case 'area':
    case 'floor':
    case 'mode':
      return { type: reference.name, key: reference.name };
    case 'name':
      return { type: 'name', key: 'name:', selectors: [] };
    default: {
      const parts = reference.name.split('+');
      const selectors = parts.map((part) => ({ domain: part.split('.')[0]!, deviceClass: part.split('.')[1] }));
      if (!selectors.every(({ domain }) => DOMAINS.has(domain))) return undefined;
      return { type: 'name', key: `name:${reference.name}`, selectors };
    }
  }
}
