import { z } from 'zod';
import { type ComponentTools, numberField, optional, renderPayload, templateField, textField, topicField } from './component.ts';

const words = { payload_available: textField, payload_not_available: textField };
const ItemSchema = optional({ topic: topicField, value_template: templateField, ...words });
const AvailabilitySchema = optional({
  availability: z.array(ItemSchema).max(20),
  availability_topic: topicField,
  availability_template: templateField,
  availability_mode: z.enum(['all', 'any', 'latest']),
  qos: numberField,
  ...words,
});

/** Whether a device answers, as its availability topics tell. Without such topics it always does. */
export interface Availability {
  readonly topics: string[];
  readonly available: boolean;
  /** @returns true when the verdict changed */
  hear(topic: string, payload: string): boolean;
}

/** @throws ZodError */
export function readAvailability(config: Record<string, unknown>, { template }: ComponentTools): Availability {
  const parsed = AvailabilitySchema.parse(config);
  const items =
    parsed.availability ??
    (parsed.availability_topic === undefined
      ? []
      : [
          {
            topic: parsed.availability_topic,
            value_template: parsed.availability_template,
            payload_available: parsed.payload_available,
            payload_not_available: parsed.payload_not_available,
          },
        ]);
  const sources = items
    .filter((item) => item.topic !== undefined)
    .map((item) => ({
      topic: item.topic ?? '',
      online: item.payload_available ?? 'online',
      offline: item.payload_not_available ?? 'offline',
      template: template(item.value_template),
      /** Nothing heard counts as not there, as in Home Assistant. */
      there: false,
    }));
  const mode = parsed.availability_mode ?? 'latest';
  let latest = false;
  const verdict = (): boolean => {
    if (sources.length === 0) return true;
    if (mode === 'all') return sources.every(({ there }) => there);
    return mode === 'any' ? sources.some(({ there }) => there) : latest;
  };
  return {
    topics: [...new Set(sources.map(({ topic }) => topic))],
    get available() {
      return verdict();
    },
    hear: (topic, payload) => {
      const before = verdict();
      for (const source of sources) {
        if (source.topic !== topic) continue;
        const word = renderPayload(source.template, payload);
        if (word !== source.online && word !== source.offline) continue;
        source.there = word === source.online;
        latest = source.there;
      }
      return verdict() !== before;
    },
  };
}
