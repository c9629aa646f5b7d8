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
  /** Tells that something happened, not how things are: what the broker kept from before says nothing. */
  momentary?: boolean;
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
  /** Seconds after which a sensor that went on is off by itself. */
  offDelay?: number | undefined;
}

export interface ComponentTools {
  /** The template, or one that hands the payload through where there is none or it is beyond us (which is logged). */
  template(source: string | undefined): Template;
  /** ms since the epoch */
  now(): number;
  /** The unit that the home speaks; devices of the other one are converted. Undefined: each device keeps its own. */
  temperatureUnit?: 'C' | 'F' | undefined;
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
export const flagField = z.union([
  z.boolean(),
  z.enum(['true', 'True', 'false', 'False', 'on', 'off', 'yes', 'no']).transform((word) => /^(true|on|yes)$/i.test(word)),
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

let lastJson: { text: string; value: unknown } = { text: '', value: undefined };

/** The parsed payload; undefined where it is no JSON. One message often serves a dozen entities. */
function jsonOf(text: string): unknown {
  if (lastJson.text === text) return lastJson.value;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // most payloads are plain words; then there is no value_json
    value = undefined;
  }
  // a large payload is not kept alive for the sake of this
  lastJson = text.length <= 16_384 ? { text, value } : { text: '', value: undefined };
  return value;
}

const aboutEntity = (template: Template, entity: Entity, variables: Map<string, unknown>): Map<string, unknown> => {
  variables.set('entity_id', entity.id).set('name', entity.name);
  if (template.names.has('this')) variables.set('this', { ...entity, entity_id: entity.id });
  return variables;
};

/** The payload as the template's variables `value`, `value_json`, `this`, `entity_id` and `name`. @throws TemplateFailure */
export function renderPayload(template: Template, payload: string, entity?: Entity): string {
  const variables = new Map<string, unknown>([['value', payload]]);
  if (template.names.has('value_json')) variables.set('value_json', jsonOf(payload));
  return template(entity ? aboutEntity(template, entity, variables) : variables);
}

/** A command's payload from its value and further variables. @throws TemplateFailure */
export const renderCommand = (template: Template, value: unknown, entity: Entity, more: Record<string, unknown> = {}): string =>
  template(aboutEntity(template, entity, new Map([['value', value], ...Object.entries(more)])));

export const cannot = (entity: Entity, service: string): Refusal => ({
  refusal: `${sentenceName(entity)} cannot do ${service.slice(service.indexOf('.') + 1).replaceAll('_', ' ')}.`,
});
