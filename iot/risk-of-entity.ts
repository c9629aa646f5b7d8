import type { Entity, HomeAction } from '../contract/home.ts';
import type { Risk } from '../contract/tool.ts';
import { namesGarden, namesGuarded, namesHarmless, opensSomething, plainWords } from './guarded-words.ts';
import { wordsOf } from './services/entity-words.ts';

/** Domains that let people in, keep them out or wake the street. */
const guardedDomains = new Set(['lock', 'alarm_control_panel', 'siren']);
const guardedCovers = new Set(['garage', 'gate', 'door']);
/** Covers that hang before a window; any other kind may be a door. A shutter may be the one of a garage. */
const windowCovers = new Set(['blind', 'curtain', 'shade', 'awning', 'window', 'damper']);
/** Domains whose things do whatever they were made for: only their names tell. */
const namedDomains = new Set([
  ...['button', 'input_button', 'switch', 'script', 'scene', 'automation', 'remote', 'input_boolean', 'group', 'select', 'input_select'],
  ...['number', 'input_number', 'text', 'input_text', 'notify', 'shell_command', 'rest_command', 'event'],
]);
/** How deep groups of groups are looked into. */
const deepest = 4;

type LookUp = (entityId: string) => Entity | undefined;

/**
 * `guarded` for what lets people in, keeps them out, wakes the street or cuts off water, gas and power: a person is asked. In doubt it is.
 * @param lookUp finds the members of groups and scenes; without it their ids must tell
 */
export function riskOfEntity(entityId: string, entity: Entity | undefined, lookUp: LookUp = () => undefined, depth = 0): Risk {
  const domain = entity?.domain ?? entityId.split('.', 1)[0] ?? '';
  if (guardedDomains.has(domain) || guardedDomains.has(entityId.split('.', 1)[0] ?? '')) return 'guarded';
  if (domain === 'todo' || domain === 'calendar') return 'change';
  const deviceClass = entity?.device_class ?? textOf(entity?.attributes.device_class);
  const names = [entityId.slice(entityId.indexOf('.') + 1), entity?.name ?? '', ...(entity?.aliases ?? []), entity?.device ?? '']
    .map(plainWords)
    .filter((name) => name !== '');
  if (isGuardedKind(domain, deviceClass, names)) return 'guarded';
  // whatever moves in a garage and does not hang before a window is its door
  if (domain === 'cover' && !windowCovers.has(deviceClass ?? '') && /garage|carport/iu.test(entity?.area ?? '')) return 'guarded';
  const members = entity ? (wordsOf(entity, 'entity_id') ?? []) : [];
  // a group so deep or so wide is not looked into any further
  if (members.length > 0 && depth >= deepest) return 'guarded';
  return members.some((id) => riskOfEntity(id, lookUp(id), lookUp, depth + 1) === 'guarded') ? 'guarded' : 'change';
}

function isGuardedKind(domain: string, deviceClass: string | undefined, names: readonly string[]): boolean {
  const tells = (words: RegExp): boolean => names.some((name) => words.test(name) && !namesHarmless.test(name));
  switch (domain) {
    case 'cover':
      if (guardedCovers.has(deviceClass ?? '')) return true;
      if (windowCovers.has(deviceClass ?? '')) return tells(namesGuarded);
      return (
        tells(namesGuarded) ||
        names.some((name) => /\b(?:garage|doors?|tor)\b/u.test(name) && !/\b(?:blinds?|curtains?|shades?|awning)$/u.test(name))
      );
    case 'valve':
      if (deviceClass === 'gas' || tells(namesGuarded) || tells(/\b(?:gas|mains?)\b/u)) return true;
      return (deviceClass === 'water' || tells(/\bwater\b/u)) && !names.some((name) => namesGarden.test(name));
    case 'light':
    case 'fan':
      // a relay may pass for a light; a lamp beside the gate is one
      return tells(opensSomething) || tells(/\bgarage ?doors?$/u);
    default:
      return namedDomains.has(domain) && tells(namesGuarded);
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Services that are more than home comfort, whatever they are called on. */
const guardedServices = new Set(['update.install', 'script.reload', 'automation.reload', 'remote.send_command', 'lock.open']);

/** The risk of a whole call: that of its riskiest part. */
export function riskOfAction({ service, entityIds }: Pick<HomeAction, 'service' | 'entityIds'>, lookUp: LookUp): Risk {
  if (guardedServices.has(service)) return 'guarded';
  const domain = service.split('.', 1)[0] ?? '';
  // a service that fits the wrong thing is refused later; here it must not make it look harmless
  if (guardedDomains.has(domain)) return 'guarded';
  return entityIds.some((id) => riskOfEntity(id, lookUp(id), lookUp) === 'guarded') ? 'guarded' : 'change';
}
