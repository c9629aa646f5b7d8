import { z } from 'zod';
import { hasFeature, sentenceName } from './entity-words.ts';
import { rule, type ServiceRule } from './service-rule.ts';

const CodeSchema = z.strictObject({ code: z.string().max(20).optional() });
const withCode = (code: string | undefined) => (code === undefined ? {} : { code });

const lock = (...states: string[]): ServiceRule =>
  rule(CodeSchema, (entity, { code }) => ({
    data: withCode(code),
    target: { states, failures: { jammed: `${sentenceName(entity)} has jammed.` } },
  }));

export const lockRules: Record<string, ServiceRule> = {
  lock: lock('locked'),
  unlock: lock('unlocked', 'open'),
  open: (entity, service, data) =>
    hasFeature(entity, 1)
      ? lock('open', 'unlocked')(entity, service, data)
      : { refusal: `${sentenceName(entity)} can be unlocked, but not opened.` },
};

const alarm = (state: string, feature?: number): ServiceRule =>
  rule(CodeSchema, (entity, { code }) =>
    feature === undefined || hasFeature(entity, feature)
      ? { data: withCode(code), target: { states: [state] } }
      : { refusal: `${sentenceName(entity)} has no such mode.` },
  );

export const alarmRules: Record<string, ServiceRule> = {
  alarm_arm_home: alarm('armed_home', 1),
  alarm_arm_away: alarm('armed_away', 2),
  alarm_arm_night: alarm('armed_night', 4),
  alarm_trigger: alarm('triggered', 8),
  alarm_arm_custom_bypass: alarm('armed_custom_bypass', 16),
  alarm_arm_vacation: alarm('armed_vacation', 32),
  alarm_disarm: alarm('disarmed'),
};
