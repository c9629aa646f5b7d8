import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { sentenceName } from '../services/entity-words.ts';
import type { Refusal, ServicePlan } from '../services/service-rule.ts';
import type { Template } from './template.ts';

/** What one message says about an entity; an attribute that is `undefined` is taken away. */
export interface Reading {
  state?: string;
  attributes?: Record<string, unknown>;
}

export interface Subscription {
  topic: string;
  /** Undefined: the message says nothing, or nothing that can be understood. */
  read(payload: string, now: Entity): Reading | undefined;
}

export interface Message {
  topic: string;
  payload: string;
}

/** One announced entity: what it listens to, what it can be told, and what it tells. */
export interface Component {
  state: string;
  attributes: Record<string, unknown>;
  subscriptions: Subscription[];
  /** `state` and the attributes that some topic reports; the rest is assumed after a command. */
  tells: ReadonlySet<string>;
  command(plan: ServicePlan, entity: Entity): Message[] | Refusal;
}

export interface ComponentTools {
  /** The template, or one that hands the payload through where there is none or it is beyond us (which is logged). */
  template(source: string | undefined): Template;
}

/** @throws ZodError for settings of wrong types */
export type ComponentFactory = (config: Record<string, unknown>, tools: ComponentTools) => Component;

/** Home Assistant takes numbers and booleans where it wants a text. */
export const textField = z
  .union([z.string().max(1000), z.number(), z.boolean()])
  .transform((value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)));
export const numberField = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'not a number')
    .transform(Number),
]);
export const topicField = z
  .string()
  .min(1)
  .max(1000)
  .refine((topic) => !/[+#\0]/.test(topic), 'a topic without wildcards is needed');
export const templateField = z.string().max(8192);
export const wordList = z.array(textField).max(500);

/** Every setting optional. */
export const optional = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).partial();

/** The payload as the template's variables `value` and `value_json`. */
export function renderPayload(template: Template, payload: string): string {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    // most payloads are plain words; then there is no value_json
    json = undefined;
  }
  return template(
    new Map<string, unknown>([
      ['value', payload],
      ['value_json', json],
    ]),
  );
}

/** A command's payload from its value and further variables. */
export const renderCommand = (template: Template, value: unknown, more: Record<string, unknown> = {}): string =>
  template(new Map([['value', value], ...Object.entries(more)]));

/** A topic that is one number. */
export function numberReader(topic: string, template: Template, attributes: (value: number, now: Entity) => Reading): Subscription {
  return {
    topic,
    read: (payload, now) => {
      const text = renderPayload(template, payload);
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? undefined : attributes(value, now);
    },
  };
}

/** A topic that is one word; unknown words say nothing. */
export function wordReader(topic: string, template: Template, reading: (word: string, now: Entity) => Reading | undefined): Subscription {
  return {
    topic,
    read: (payload, now) => {
      const word = renderPayload(template, payload);
      return word === '' ? undefined : reading(word, now);
    },
  };
}

export const cannot = (entity: Entity, service: string): Refusal => ({
  refusal: `${sentenceName(entity)} cannot do ${service.slice(service.indexOf('.') + 1).replaceAll('_', ' ')}.`,
});

export const hasTopic = (subscription: Subscription | undefined): subscription is Subscription => subscription !== undefined;
