import { z } from 'zod';
import { sentenceName } from '../../services/entity-words.ts';
import { type ComponentFactory, cannot, flagField, optional, textField, wordList } from '../component.ts';
import { Run } from '../template/run.ts';
import { safePattern } from '../template/safe-pattern.ts';
import { tell, Wiring } from '../wiring.ts';

const LockSchema = optional({
  payload_lock: textField,
  payload_unlock: textField,
  payload_open: textField,
  payload_reset: textField,
  state_locked: textField,
  state_locking: textField,
  state_unlocked: textField,
  state_unlocking: textField,
  state_open: textField,
  state_opening: textField,
  state_jammed: textField,
  code_format: z.string().max(200),
});

/** Python's `match`: from the beginning on. The format is the device's own, so it is not to be trusted with our time. */
function fits(format: string, code: unknown): boolean {
  if (typeof code !== 'string') return false;
  return safePattern(format, code, new Run(new Map(), () => 0)).exec(code)?.index === 0;
}

export const lock: ComponentFactory = (raw, tools) => {
  const config = LockSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  wiring.states(
    'state',
    new Map([
      [config.state_locked ?? 'LOCKED', 'locked'],
      [config.state_locking ?? 'LOCKING', 'locking'],
      [config.state_unlocked ?? 'UNLOCKED', 'unlocked'],
      [config.state_unlocking ?? 'UNLOCKING', 'unlocking'],
      [config.state_open ?? 'OPEN', 'open'],
      [config.state_opening ?? 'OPENING', 'opening'],
      [config.state_jammed ?? 'JAMMED', 'jammed'],
      [config.payload_reset ?? 'None', 'unknown'],
    ]),
  );
  const send = wiring.send('command');
  const payloads: ReadonlyMap<string, string | undefined> = new Map([
    ['lock.lock', config.payload_lock ?? 'LOCK'],
    ['lock.unlock', config.payload_unlock ?? 'UNLOCK'],
    ['lock.open', config.payload_open],
  ]);
  return {
    state: 'unknown',
    attributes: {
      supported_features: config.payload_open === undefined ? 0 : 1,
      ...(config.code_format !== undefined && { code_format: config.code_format }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      if (config.code_format !== undefined && !fits(config.code_format, data.code))
        return { refusal: `${sentenceName(entity)} wants its code for that.` };
      return tell(entity, service, [[send, payloads.get(service), { code: data.code ?? null }]]);
    },
  };
};

const AlarmSchema = optional({
  supported_features: wordList,
  code: textField,
  code_arm_required: flagField,
  code_disarm_required: flagField,
  code_trigger_required: flagField,
  payload_arm_home: textField,
  payload_arm_away: textField,
  payload_arm_night: textField,
  payload_arm_vacation: textField,
  payload_arm_custom_bypass: textField,
  payload_disarm: textField,
  payload_trigger: textField,
});
const alarmStates = [
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
];
const alarmFeatures: ReadonlyMap<string, number> = new Map([
  ['arm_home', 1],
  ['arm_away', 2],
  ['arm_night', 4],
  ['trigger', 8],
  ['arm_custom_bypass', 16],
  ['arm_vacation', 32],
]);
/** Codes that the panel checks, not we. */
const remoteCodes = new Set(['REMOTE_CODE', 'REMOTE_CODE_TEXT']);

export const alarmControlPanel: ComponentFactory = (raw, tools) => {
  const config = AlarmSchema.parse(raw);
  const wiring = new Wiring(raw, tools);
  wiring.states('state', new Map(alarmStates.map((state) => [state, state])));
  const send = wiring.send('command');
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
  const needsCode = (name: string): boolean =>
    config.code !== undefined &&
    (name === 'alarm_disarm'
      ? config.code_disarm_required !== false
      : name === 'alarm_trigger'
        ? config.code_trigger_required !== false
        : config.code_arm_required !== false);
  const numeric = config.code === 'REMOTE_CODE' || (config.code !== undefined && /^\d+$/.test(config.code));
  return {
    state: 'unknown',
    attributes: {
      supported_features: supported.reduce((sum, name) => sum + (alarmFeatures.get(name) ?? 0), 0),
      ...(config.code !== undefined && { code_format: numeric ? 'number' : 'text', code_arm_required: config.code_arm_required !== false }),
    },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service, data }, entity) => {
      const name = service.slice(service.indexOf('.') + 1);
      const action = payloads.get(name);
      if (action === undefined) return cannot(entity, service);
      if (needsCode(name)) {
        if (data.code === undefined) return { refusal: 'The alarm wants its code for that.' };
        if (!remoteCodes.has(config.code ?? '') && data.code !== config.code) return { refusal: 'That is not the code of the alarm.' };
      }
      return tell(entity, service, [[send, action, { action, code: data.code ?? null }]]);
    },
  };
};
