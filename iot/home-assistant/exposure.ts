/** Domains that are machinery of Home Assistant rather than things of a home. */
const machinery = new Set([
  'ai_task',
  'assist_satellite',
  'automation',
  'conversation',
  'event',
  'geo_location',
  'image_processing',
  'notify',
  'stt',
  'sun',
  'tag',
  'tts',
  'update',
  'wake_word',
  'zone',
]);

export interface ExposureFacts {
  domain: string;
  /** Diagnostics and settings of a device, or out of sight. */
  background: boolean;
  /** What the person, or Home Assistant's assistant at its first use, has decided. */
  decided: boolean | undefined;
  /** Home Assistant's switch "expose new entities". */
  exposeNew: boolean;
}

/**
 * May sentences mean this entity? Home Assistant decides only when its own assistant is first used; until then everything that a
 * person would speak of counts as exposed, locks too: the gate asks before it touches them.
 */
export const isExposed = ({ domain, background, decided, exposeNew }: ExposureFacts): boolean =>
  decided ?? (exposeNew && !background && !machinery.has(domain));
