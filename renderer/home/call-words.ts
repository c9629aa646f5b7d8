import type { Entity } from '../../contract/home.ts';
import { ageWords } from './age-words.ts';
import { upperFirst } from './attributes.ts';
import type { DeviceCall } from './device-calls.ts';
import { stateWords } from './device-words.ts';

const aged = new Set(['sensor', 'binary_sensor', 'person', 'device_tracker', 'event']);

/** What stands under a device's name: its state, and what has become of the command that was sent to it. */
export function wordsUnder(entity: Entity, call: DeviceCall | undefined, now: number): string {
  if (!entity.available) return call?.state === 'failed' ? (call.reason ?? 'Not answering') : 'Not answering';
  const state = stateWords(entity);
  const join = (more: string) => (state === '' ? upperFirst(more) : `${state} · ${more}`);
  const outcome = call?.state;
  switch (outcome) {
    case 'asked':
      return join('asked…');
    case 'sent':
      return join('asked, no answer yet');
    case 'failed':
      return call?.reason ?? 'That did not work.';
    case 'confirmed':
      return state === '' ? 'Done' : state;
    case undefined: {
      const age = aged.has(entity.domain) ? ageWords(entity.lastChanged, now) : '';
      return age === '' ? state : join(age);
    }
    default:
      return outcome satisfies never;
  }
}
