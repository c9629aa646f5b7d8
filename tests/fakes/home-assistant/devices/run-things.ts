import { z } from 'zod';
import { isoTime } from '../event-bus.ts';
import { entityService, type HouseService, type Service, type ServiceContext } from '../service.ts';
import { flag, number } from './fields.ts';

/** Buttons and scenes have no state but the time they were last used. */
function use(domain: string, service: string, fields: z.ZodRawShape = {}): Service {
  return entityService(domain, service, { fields }, (entity, _data, { house, write, call }) => {
    entity.state = isoTime(house.settings.now());
    write(entity);
    void runSteps(entity.memory.steps, { call });
  });
}

const StepsSchema = z.array(z.object({ domain: z.string(), service: z.string(), data: z.record(z.string(), z.unknown()) }));

/** What a scene sets or a script does: service calls, one after another. */
async function runSteps(steps: unknown, { call }: Pick<ServiceContext, 'call'>): Promise<void> {
  for (const { domain, service, data } of StepsSchema.parse(steps ?? [])) await call(domain, service, data);
}

async function runScript(entityId: string, { house, context, call }: ServiceContext): Promise<void> {
  const script = house.entities.get(entityId);
  if (!script?.available || script.quirks.deaf) return;
  script.state = 'on';
  script.attributes = { ...script.attributes, last_triggered: isoTime(house.settings.now()), current: 1 };
  house.write(script, context);
  await runSteps(script.memory.steps, { call });
  script.state = 'off';
  script.attributes = { ...script.attributes, current: 0 };
  house.write(script, context);
}

/** `script.good_night`: every script is a service of its own, which ends when the script does. */
export function scriptService(entityId: string): HouseService {
  return {
    kind: 'house',
    domain: 'script',
    service: entityId.slice('script.'.length),
    fields: { variables: z.unknown().optional() },
    response: 'optional',
    run: async (_data, _entityIds, context) => {
      await runScript(entityId, context);
      return undefined;
    },
  };
}

const scriptServices: Service[] = [
  entityService('script', 'turn_on', { fields: { variables: z.unknown().optional() } }, (script, _data, context) => {
    void runScript(script.entity_id, context);
  }),
  entityService('script', 'turn_off', {}, (script, _data, { write }) => {
    script.state = 'off';
    write(script);
  }),
];

/** `homeassistant.turn_on` hands every entity to its own domain; entities of domains without it are passed over. */
const coreServices: HouseService[] = ['turn_on', 'turn_off', 'toggle'].map((service) => ({
  kind: 'house',
  domain: 'homeassistant',
  service,
  fields: {},
  run: async (_data, entityIds, { call }) => {
    for (const entityId of entityIds) {
      const domain = entityId.slice(0, entityId.indexOf('.'));
      // As in Home Assistant, a domain that cannot be turned on is a warning in its log, not an error of the call.
      if (switchable.has(domain)) await call(domain, service, { entity_id: entityId });
    }
    return undefined;
  },
}));

const switchable = new Set([
  'light',
  'switch',
  'fan',
  'media_player',
  'climate',
  'humidifier',
  'input_boolean',
  'siren',
  'script',
  'automation',
]);

const updateEntity: HouseService = { kind: 'house', domain: 'homeassistant', service: 'update_entity', fields: {}, run: () => undefined };

export const runServices: Service[] = [
  use('button', 'press'),
  use('input_button', 'press'),
  use('scene', 'turn_on', { transition: number.optional() }),
  entityService('automation', 'trigger', { fields: { skip_condition: flag.default(true) } }, (automation, _data, { house, write }) => {
    automation.attributes = { ...automation.attributes, last_triggered: isoTime(house.settings.now()) };
    write(automation);
  }),
  entityService(
    'update',
    'install',
    { fields: { version: z.string().optional(), backup: flag.optional() }, features: [1] },
    (update, _data, { write }) => {
      update.state = 'off';
      update.attributes = { ...update.attributes, installed_version: update.attributes.latest_version };
      write(update);
    },
  ),
  ...scriptServices,
  ...coreServices,
  updateEntity,
];
