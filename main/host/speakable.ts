/**
 * Text as it can be shown and said: what a screen would obey, or what turns the direction of the rest, becomes a blank. Replies may quote what devices,
 * calendars and other programs have given.
 */
export const speakable = (text: string): string => text.replace(/(?!\n)[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/gu, ' ');
