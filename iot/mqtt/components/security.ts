import {
  type ComponentFactory,
  cannot,
  optional,
  renderCommand,
  templateField,
  textField,
  topicField,
  wordList,
  wordReader,
} from '../component.ts';

const LockSchema = optional({
  command_topic: topicField,
  command_template: templateField,
  state_topic: topicField,
  value_template: templateField,
  payload_lock: textField,
  payload_unlock: textField,
  payload_open: textField,
  payload_reset: textField,
  state_locked: textField,
  state_locking: textField,
  state_unlocked: textField,
  state_unlocking: textField,
  state_jammed: textField,
});

export const lock: ComponentFactory = (raw, { template }) => {
  const config = LockSchema.parse(raw);
  const states = new Map([
    [config.state_locked ?? 'LOCKED', 'locked'],
    [config.state_locking ?? 'LOCKING', 'locking'],
    [config.state_unlocked ?? 'UNLOCKED', 'unlocked'],
    [config.state_unlocking ?? 'UNLOCKING', 'unlocking'],
    [config.state_jammed ?? 'JAMMED', 'jammed'],
    [config.payload_reset ?? 'None', 'unknown'],
  ]);
  const make = template(config.command_template);
  return {
    state: 'unknown',
    attributes: { supported_features: config.payload_open === undefined ? 0 : 1 },
    subscriptions:
      config.state_topic === undefined
        ? []
        : [
            wordReader(config.state_topic, template(config.value_template), (word) => {
              const state = states.get(word);
              return state === undefined ? undefined : { state };
            }),
          ],
    tells: new Set(config.state_topic === undefined ? [] : ['state']),
    command: ({ service, data }, entity) => {
      const payload =
        service === 'lock.lock'
          ? (config.payload_lock ?? 'LOCK')
          : service === 'lock.unlock'
            ? (config.payload_unlock ?? 'UNLOCK')
            : config.payload_open;
      return config.command_topic === undefined || payload === undefined
        ? cannot(entity, service)
        : [{ topic: config.command_topic, payload: renderCommand(make, payload, { code: data.code ?? null }) }];
    },
  };
};

const AlarmSchema = optional({
  command_topic: topicField,
  command_template: templateField,
  state_topic: topicField,
  value_template: templateField,
  supported_features: wordList,
  payload_arm_home: textField,
  payload_arm_away: textField,
  payload_arm_night: textField,
  payload_arm_vacation: textField,
  payload_arm_custom_bypass: textField,
  payload_disarm: textField,
  payload_trigger: textField,
});
const alarmStates = new Set([
  'disarmed',
  'armed_home',
  'armed_away',
  'armed_night',
  'armed_vacation',
  'armed_custom_bypass',
  'pending',
  'arming',
  'disarming',
  'triggered',
]);
const alarmFeatures: ReadonlyMap<string, number> = new Map([
  ['arm_home', 1],
  ['arm_away', 2],
  ['arm_night', 4],
  ['trigger', 8],
  ['arm_custom_bypass', 16],
  ['arm_vacation', 32],
]);

export const alarmControlPanel: ComponentFactory = (raw, { template }) => {
  const config = AlarmSchema.parse(raw);
  const make = template(config.command_template);
  const payloads = new Map([
    ['alarm_arm_home', config.payload_arm_home ?? 'ARM_HOME'],
    ['alarm_arm_away', config.payload_arm_away ?? 'ARM_AWAY'],
    ['alarm_arm_night', config.payload_arm_night ?? 'ARM_NIGHT'],
    ['alarm_arm_vacation', config.payload_arm_vacation ?? 'ARM_VACATION'],
    ['alarm_arm_custom_bypass', config.payload_arm_custom_bypass ?? 'ARM_CUSTOM_BYPASS'],
    ['alarm_disarm', config.payload_disarm ?? 'DISARM'],
    ['alarm_trigger', config.payload_trigger ?? 'TRIGGER'],
  ]);
  const supported = config.supported_features ?? [...alarmFeatures.keys()];
  return {
    state: 'unknown',
    attributes: { supported_features: supported.reduce((sum, name) => sum + (alarmFeatures.get(name) ?? 0), 0) },
    subscriptions:
      config.state_topic === undefined
        ? []
        : [wordReader(config.state_topic, template(config.value_template), (state) => (alarmStates.has(state) ? { state } : undefined))],
    tells: new Set(config.state_topic === undefined ? [] : ['state']),
    command: ({ service, data }, entity) => {
      const action = payloads.get(service.slice(service.indexOf('.') + 1));
      return config.command_topic === undefined || action === undefined
        ? cannot(entity, service)
        : [{ topic: config.command_topic, payload: renderCommand(make, action, { action, code: data.code ?? null }) }];
    },
  };
};
