import type { Entity } from '../../../contract/home.ts';
import { hasFeature, namesFeature } from '../attributes.ts';
import { act, type CodeControl, type Control, pushButton } from '../control.ts';

const modes = [
  { state: 'armed_home', label: 'At home', service: 'alarm_arm_home', feature: 1, asked: false },
  { state: 'armed_away', label: 'Away', service: 'alarm_arm_away', feature: 2, asked: false },
  { state: 'armed_night', label: 'Night', service: 'alarm_arm_night', feature: 4, asked: false },
  { state: 'armed_vacation', label: 'Holiday', service: 'alarm_arm_vacation', feature: 32, asked: true },
  { state: 'armed_custom_bypass', label: 'Own mode', service: 'alarm_arm_custom_bypass', feature: 16, asked: true },
] as const;

export function alarmControls(entity: Entity): Control[] {
  const { id, state, attributes } = entity;
  const format = attributes.code_format;
  const wantsCode = format === 'number' || format === 'text';
  const call = (service: string, code: string) => act(id, `alarm_control_panel.${service}`, code === '' ? {} : { code });
  const offered = modes.filter((mode) => (mode.asked ? namesFeature(entity, mode.feature) : hasFeature(entity, mode.feature)));
  const buttons: CodeControl['buttons'] = [
    ...offered.map((mode) => ({
      label: mode.label,
      icon: 'shield' as const,
      disabled: state === mode.state,
      action: (code: string) => call(mode.service, code),
    })),
    { label: 'Disarm', icon: 'unlock', disabled: state === 'disarmed', action: (code) => call('alarm_disarm', code) },
  ];
  if (wantsCode) return [{ kind: 'code', label: 'Alarm', digits: format === 'number', buttons }];
  return [
    {
      kind: 'buttons',
      label: 'Alarm',
      buttons: buttons.map((button) =>
        pushButton(button.label, button.icon, button.action(''), { disabled: button.disabled, worded: true }),
      ),
    },
  ];
}
