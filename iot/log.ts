/** Where bridges write what a person should know; a pino logger fits. Never what somebody said. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
