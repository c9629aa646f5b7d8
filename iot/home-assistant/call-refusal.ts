import type { Entity } from '../../contract/home.ts';
import { theName } from '../services/entity-words.ts';
import { CommandError } from './session.ts';

/** Codes with which Home Assistant refuses a call before any device was asked. */
const refusedBeforehand = new Set(['not_found', 'unauthorized', 'invalid_format', 'unknown_command', 'not_allowed', 'not_supported']);

export const wasRefusedBeforehand = (error: unknown): boolean => error instanceof CommandError && refusedBeforehand.has(error.code);

const longestMessage = 200;

/** Home Assistant's own words, made fit for one sentence. */
function inWords(message: string): string {
  const text = message
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(/^Validation error: /, '')
    .slice(0, longestMessage);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Why Home Assistant did not do it, as a sentence. Its ids become the entity's name. */
export function refusalOf({ code, message }: CommandError, service: string, entity?: Pick<Entity, 'id' | 'name'>): string {
  switch (code) {
    case 'unauthorized':
    case 'not_allowed':
      return 'Home Assistant does not allow me to do that.';
    case 'not_found':
      return `Home Assistant knows no ${service.replace(/^[a-z_]+\./, '').replaceAll('_', ' ')} for it.`;
    case 'timeout':
      return 'The device did not answer Home Assistant in time.';
    default:
      return message.trim() === ''
        ? 'Home Assistant could not do it.'
        : `Home Assistant says: ${inWords(entity ? message.replaceAll(entity.id, theName(entity)) : message)}`;
  }
}
