/** The codes of Home Assistant's `result` errors, as its websocket constants name them. */
export type ErrorCode =
  | 'id_reuse'
  | 'invalid_format'
  | 'not_allowed'
  | 'not_found'
  | 'not_supported'
  | 'home_assistant_error'
  | 'service_validation_error'
  | 'unknown_command'
  | 'unknown_error'
  | 'unauthorized'
  | 'timeout'
  | 'template_error'
  | 'invalid_info'
  | 'invalid_start_time'
  | 'invalid_end_time'
  | 'invalid_entity_id'
  | 'invalid_entity_ids'
  | 'forecast_not_supported'
  | 'stt-provider-missing'
  | 'pipeline-not-found'
  | 'wake-engine-missing';

export interface Translation {
  domain: string;
  key: string;
  placeholders?: Record<string, string>;
}

/** Thrown by a command or a service; becomes `{success: false, error: {code, message, translation_*?}}`. */
export class CommandError extends Error {
  readonly code: ErrorCode;
  readonly translation: Translation | undefined;

  constructor(code: ErrorCode, message: string, translation?: Translation) {
    super(message);
    this.code = code;
    this.translation = translation;
  }
}

/** What a service says of values it cannot take; the websocket puts "Validation error: " before it. */
export function serviceValidationError(message: string, translation?: Translation): CommandError {
  return new CommandError('service_validation_error', `Validation error: ${message}`, translation);
}

/** Since 2024.12 a validation error of its own; before that a plain `home_assistant_error` in other words. */
export function serviceNotSupported(domain: string, service: string, entityId: string, recent: boolean): CommandError {
  if (!recent) return new CommandError('home_assistant_error', `Entity ${entityId} does not support this service.`);
  return serviceValidationError(`Entity ${entityId} does not support action ${domain}.${service}.`, {
    domain: 'homeassistant',
    key: 'service_not_supported',
    placeholders: { domain, service, entity_id: entityId },
  });
}
