import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service, type ServiceContext } from '../service.ts';

const code = { code: z.string().optional() };

/** The call has succeeded when the bolt begins to move; whether it arrives is another matter. */
function turnBolt(lock: FakeEntity, underway: string, end: string, { house, context }: ServiceContext): void {
  house.travel(lock, underway, context, () => {
    lock.state = lock.quirks.jams && end === 'locked' ? 'jammed' : end;
  });
}

function checkLockCode(lock: FakeEntity, given: string | undefined): void {
  const format = lock.attributes.code_format;
  if (typeof format !== 'string' || new RegExp(format).test(given ?? '')) return;
  throw serviceValidationError(`The code for ${lock.entity_id} doesn't match pattern ${format}.`, {
    domain: 'lock',
    key: 'add_default_code',
    placeholders: { entity_id: lock.entity_id, code_format: format },
  });
}

function lockService(service: string, underway: string, end: string, features?: readonly number[]): Service {
  return entityService('lock', service, { fields: code, ...(features ? { features } : {}) }, (lock, data, context) => {
    checkLockCode(lock, data.code);
    turnBolt(lock, underway, end, context);
  });
}

/** The panel's own code, when it has one, is asked for disarming, and for arming where `code_arm_required`. */
function setAlarm(panel: FakeEntity, service: string, state: string, given: string | undefined, { house, context }: ServiceContext): void {
  const arming = state !== 'disarmed' && state !== 'triggered';
  const { code: expected } = panel.memory;
  if (arming && panel.attributes.code_arm_required === true && given === undefined) {
    throw serviceValidationError(`Arming requires a code but none was given for ${panel.entity_id}.`, {
      domain: 'alarm_control_panel',
      key: 'code_arm_required',
      placeholders: { entity_id: panel.entity_id, service },
    });
  }
  if (state !== 'triggered' && expected !== undefined && given !== expected) {
    throw serviceValidationError('Invalid alarm code provided', { domain: 'manual', key: 'invalid_code' });
  }
  house.travel(panel, arming ? 'arming' : state, context, () => {
    panel.state = state;
  });
}

const alarms: readonly [service: string, state: string, feature?: number][] = [
  ['alarm_disarm', 'disarmed'],
  ['alarm_arm_home', 'armed_home', 1],
  ['alarm_arm_away', 'armed_away', 2],
  ['alarm_arm_night', 'armed_night', 4],
  ['alarm_trigger', 'triggered', 8],
  ['alarm_arm_custom_bypass', 'armed_custom_bypass', 16],
  ['alarm_arm_vacation', 'armed_vacation', 32],
];

export const securityServices: Service[] = [
  lockService('lock', 'locking', 'locked'),
  lockService('unlock', 'unlocking', 'unlocked'),
  lockService('open', 'opening', 'open', [1]),
  ...alarms.map(([service, state, feature]) =>
    entityService('alarm_control_panel', service, { fields: code, ...(feature ? { features: [feature] } : {}) }, (panel, data, context) =>
      setAlarm(panel, service, state, data.code, context),
    ),
  ),
];
