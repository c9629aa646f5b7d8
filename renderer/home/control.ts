import type { HomeAction } from '../../contract/home.ts';
import type { IconName } from '../components/icons.ts';

interface Common {
  /** Unique among the controls of a device. */
  label: string;
  /** Small enough for the tile. What is `only` there has more company in the details. */
  tile?: boolean | 'only';
}

/** On or off. */
export interface ToggleControl extends Common {
  kind: 'toggle';
  on: boolean;
  /** For the state that it is not in. */
  action: HomeAction;
}

/** A value that is found by sliding. */
export interface SliderControl extends Common {
  kind: 'slider';
  value: number;
  min: number;
  max: number;
  step: number;
  look?: 'warmth' | 'hue';
  /** The device does not say where it stands; `value` is only where the sliding begins. */
  unset?: boolean;
  /** "40 %", "2,700 K" */
  words(value: number): string;
  action(value: number): HomeAction;
}

/** A value that is found step by step. */
export interface StepperControl extends Common {
  kind: 'stepper';
  value: number;
  min: number;
  max: number;
  step: number;
  lessLabel: string;
  moreLabel: string;
  words(value: number): string;
  action(value: number): HomeAction;
}

/** One of several. */
export interface ChoiceControl extends Common {
  kind: 'choice';
  options: { value: string; label: string }[];
  chosen: string | undefined;
  action(value: string): HomeAction;
}

/** One press of one button. */
export interface DeviceButton {
  label: string;
  icon: IconName;
  action: HomeAction;
  disabled: boolean;
  /** Shown as a word, not as a mere sign. */
  worded: boolean;
}

export interface ButtonsControl extends Common {
  kind: 'buttons';
  buttons: DeviceButton[];
}

export interface ColourControl extends Common {
  kind: 'colour';
  /** Hue 0–360, saturation 0–100; undefined while it shows a white. */
  chosen: readonly [hue: number, saturation: number] | undefined;
  action(hue: number, saturation: number): HomeAction;
}

/** Something that is written. */
export interface TextControl extends Common {
  kind: 'text';
  value: string;
  maximum: number;
  /** What is written where it is no free text. */
  format?: 'date' | 'time';
  send: string;
  action(value: string): HomeAction;
}

/** Buttons that want a code first, like those of an alarm. */
export interface CodeControl extends Common {
  kind: 'code';
  digits: boolean;
  buttons: { label: string; icon: IconName; disabled: boolean; action(code: string): HomeAction }[];
}

/** What a person can do to a device. */
export type Control =
  | ToggleControl
  | SliderControl
  | StepperControl
  | ChoiceControl
  | ButtonsControl
  | ColourControl
  | TextControl
  | CodeControl;

/** A service call on one entity. */
export function act(entityId: string, service: string, data: Record<string, unknown> = {}): HomeAction {
  return { service, entityIds: [entityId], data };
}

export function pushButton(
  label: string,
  icon: IconName,
  action: HomeAction,
  options: { disabled?: boolean; worded?: boolean } = {},
): DeviceButton {
  return { label, icon, action, disabled: options.disabled ?? false, worded: options.worded ?? false };
}

export const percent = (value: number): string => `${Math.round(value)} %`;

/** Words that a device lists, as choices. Undefined where there is nothing to choose. */
export function choiceOf(
  label: string,
  words: string[],
  chosen: string | undefined,
  name: (word: string) => string,
  action: (word: string) => HomeAction,
): ChoiceControl | undefined {
  if (words.length === 0) return undefined;
  return { kind: 'choice', label, options: words.map((value) => ({ value, label: name(value) })), chosen, action };
}

export function present<T>(...parts: (T | undefined)[]): T[] {
  return parts.filter((part) => part !== undefined);
}
