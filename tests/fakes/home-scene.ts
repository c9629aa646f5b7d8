import type { SkillView } from '../../assistant/skills/skill.ts';
import type { Timer } from '../../assistant/timers/timer.ts';
import type { Area, BridgeStatus, Entity } from '../../contract/home.ts';
import { EntitySchema } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';

/** Saturday, half past six in the evening, wherever the tests run. */
export const EVENING = new Date(2026, 10, 21, 18, 30).getTime();

export const entity = (id: string, name: string, state: string, more: Partial<Entity> = {}): Entity =>
  EntitySchema.parse({ id, name, domain: id.slice(0, id.indexOf('.')), state, ...more });

export interface Scene {
  entities: Entity[];
  room?: string;
  now?: number;
  timers?: Timer[];
  bridges?: BridgeStatus[];
}

/** A skill's view of these entities; every area that one of them is in exists. A test that changes `scene.entities` is seen at once. */
export function viewOf(scene: Scene): SkillView {
  const areas = (): Area[] =>
    [...new Set(scene.entities.flatMap(({ area }) => area ?? []))].map((id) => ({
      id,
      name: id.replaceAll('_', ' ').replace(/^./u, (first) => first.toUpperCase()),
      aliases: [],
    }));
  return {
    entity: (id) => scene.entities.find((each) => each.id === id),
    entities: () => scene.entities,
    area: (id) => areas().find((each) => each.id === id),
    areas,
    floors: () => [],
    bridges: () => scene.bridges ?? [],
    room: scene.room,
    now: scene.now ?? EVENING,
    timers: () => scene.timers ?? [],
    examples: () => [],
    pick: ([first]) => first,
  };
}

export const match = (
  intent: string,
  targets: string[],
  slots: IntentMatch['slots'] = {},
  more: Partial<IntentMatch> = {},
): IntentMatch => ({
  intent,
  slots,
  targets,
  confidence: 1,
  ...more,
});
