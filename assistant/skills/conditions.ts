import type { Entity } from '../../contract/home.ts';
import type { Condition } from '../../contract/intent.ts';
import { numeric } from './numeric.ts';
import { nobodyIs, whoIs } from './questions.ts';
import type { SkillView } from './skill.ts';
import { isInState, isUnknown, lastStateInWords, spokenState } from './state-words.ts';
import { isOrAre, listed, theEntity } from './wording.ts';

export interface Judgement {
  /** Undefined: nobody knows, so nothing is to be done. */
  holds: boolean | undefined;
  /** The fact that it was judged by, for the middle of a sentence: "the back door is closed". */
  because: string;
}

const sides = ({ slots }: Condition): { above: number | undefined; below: number | undefined } => ({
  above: numeric(slots.above),
  below: numeric(slots.below),
});

/** What an entity measures: a thermostat the air, anything else its state. */
const measured = (entity: Entity): number | undefined =>
  numeric(
    entity.domain === 'climate'
      ? entity.attributes.current_temperature
      : entity.domain === 'weather'
        ? entity.attributes.temperature
        : entity.state,
  );

function verdictOn(entity: Entity, condition: Condition): boolean | undefined {
  const { above, below } = sides(condition);
  if (above === undefined && below === undefined) {
    return condition.slots.state === undefined ? undefined : isInState(entity, String(condition.slots.state));
  }
  const value = isUnknown(entity) ? undefined : measured(entity);
  if (value === undefined) return undefined;
  return (above === undefined || value > above) && (below === undefined || value < below);
}

/** Judges a condition, with all that it is joined of, by the state of this moment. */
export function judgeCondition(condition: Condition, view: SkillView): Judgement {
  const all = partsOf(condition).map((one) => judgeOne(one, view));
  if (all.length === 1) return all[0]!;
  // One that holds decides for "or", one that does not for "and".
  const isOr = condition.joined === 'or';
  const deciding = all.filter(({ holds }) => holds === isOr);
  const open = all.filter(({ holds }) => holds === undefined);
  const holds = deciding.length > 0 ? isOr : open.length > 0 ? undefined : !isOr;
  const told = deciding.length > 0 ? deciding : open.length > 0 ? open : all;
  return { holds, because: listed([...new Set(told.map(({ because }) => because))]) };
}

const partsOf = ({ also = [], ...first }: Condition): Condition[] => [first, ...also];

function judgeOne(condition: Condition, view: SkillView): Judgement {
  const entities = condition.targets.flatMap((id) => view.entity(id) ?? []);
  const verdicts = entities.map((entity) => verdictOn(entity, condition));
  const some = (wanted: boolean | undefined): boolean => verdicts.some((verdict) => verdict === wanted);
  const isAny = condition.question === 'any';
  const unknown = entities.length === 0 || (some(undefined) && !some(isAny));
  const isSo = unknown ? undefined : isAny ? some(true) : !some(false);
  return { holds: isSo === undefined ? undefined : isSo !== condition.negated, because: fact(condition, entities, verdicts, view) };
}

function fact(condition: Condition, entities: readonly Entity[], verdicts: readonly (boolean | undefined)[], view: SkillView): string {
  const [only] = entities;
  if (only === undefined) return 'that';
  if (entities.length === 1) return `${theEntity(only)} ${isOrAre(only.name)} ${lastStateInWords(only)}`;
  const state = condition.slots.state === undefined ? undefined : String(condition.slots.state);
  const matching = entities.filter((_entity, index) => verdicts[index] === true);
  if (state === undefined) return matching.length === 0 ? 'it is not so' : `it is so for ${listed(matching.slice(0, 3).map(theEntity))}`;
  if (matching.length > 0) return whoIs(matching, state, view);
  return nobodyIs(entities, state);
}

/** The condition as it was said, after "if" or "whether": "the back door is open". */
export function conditionWords(condition: Condition, view: SkillView): string {
  return listed(
    partsOf(condition).map((one) => wordsOfOne(one, view)),
    condition.joined ?? 'and',
  );
}

function wordsOfOne(condition: Condition, view: SkillView): string {
  const entities = condition.targets.flatMap((id) => view.entity(id) ?? []);
  const [only] = entities;
  const { above, below } = sides(condition);
  const than =
    above !== undefined ? `above ${above}` : below !== undefined ? `below ${below}` : spokenState(String(condition.slots.state ?? 'so'));
  const not = condition.negated ? 'not ' : '';
  if (only !== undefined && entities.length === 1) return `${theEntity(only)} ${isOrAre(only.name)} ${not}${than}`;
  if (entities.every(({ domain }) => domain === 'person')) return `${condition.negated ? 'nobody' : 'somebody'} is ${than}`;
  return entities.length > 3 ? 'it is so' : `${listed(entities.map(theEntity))} are ${not}${than}`;
}
