import { z } from 'zod';
import { flagField, numberField, optional, templateField, textField, topicField } from './component.ts';
import { decoderFor } from './topics.ts';

const SettingsSchema = optional({
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  retain: flagField,
  encoding: textField.nullable(),
  optimistic: flagField,
  expire_after: numberField,
  force_update: flagField,
  json_attributes_topic: topicField.nullable(),
  json_attributes_template: templateField.nullable(),
});

/** What every component may be announced with, whatever it is. */
export interface EntitySettings {
  /** Of commands and of what is listened to. */
  qos: 0 | 1 | 2;
  /** Commands are kept by the broker. */
  retain: boolean;
  encoding: string;
  /** The device's own reports are not to be waited for. */
  optimistic: boolean;
  /** Seconds without news after which it counts as not answering; 0 = never. */
  expireAfter: number;
  /** The same state again is news. */
  forceUpdate: boolean;
  attributes: { topic: string; template: string | undefined } | undefined;
}

/** @throws ZodError, or RangeError for an encoding that nobody knows */
export function readSettings(config: Record<string, unknown>): EntitySettings {
  const parsed = SettingsSchema.parse(config);
  const encoding = parsed.encoding ?? 'utf-8';
  decoderFor(encoding);
  const topic = parsed.json_attributes_topic ?? undefined;
  return {
    qos: parsed.qos ?? 0,
    retain: parsed.retain ?? false,
    encoding: /^utf-?8$/i.test(encoding) ? 'utf-8' : encoding,
    optimistic: parsed.optimistic ?? false,
    expireAfter: Math.max(0, parsed.expire_after ?? 0),
    forceUpdate: parsed.force_update ?? false,
    attributes: topic === undefined ? undefined : { topic, template: parsed.json_attributes_template ?? undefined },
  };
}
