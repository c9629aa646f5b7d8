import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import type { Refusal } from '../services/service-rule.ts';
import {
  type ComponentTools,
  cannot,
  flagField,
  type Message,
  type Reading,
  renderCommand,
  renderPayload,
  type Subscription,
  templateField,
  topicField,
} from './component.ts';

/** Tells a device one value; further variables are for the command template. */
export type Send = (value: unknown, entity: Entity, more?: Record<string, unknown>) => Message;

const unset = <Field extends z.ZodType>(field: Field) => field.nullish().transform((value) => value ?? undefined);

/**
 * Reads topics and templates by Home Assistant's names and collects what an entity listens to. The property `mode_state` has the topic
 * `mode_state_topic` and the template `mode_state_template` or `mode_value_template`; `state` may have just `value_template`.
 * Every method does nothing for a property whose topic is not set.
 */
export class Wiring {
  readonly subscriptions: Subscription[] = [];
  readonly tells = new Set<string>();
  readonly #config: Record<string, unknown>;
  readonly #tools: ComponentTools;
  readonly #fallback: string | undefined;

  /** @param fallback the setting whose template stands in for every other, such as `value_template` of a climate */
  constructor(config: Record<string, unknown>, tools: ComponentTools, fallback?: string) {
    this.#config = config;
    this.#tools = tools;
    this.#fallback = fallback;
  }

  /** @throws ZodError */
  topic(property: string): string | undefined {
    return this.#setting(`${property}_topic`, unset(topicField));
  }

  has(property: string): boolean {
    return this.topic(property) !== undefined;
  }

  #setting<Value>(name: string, field: z.ZodType<Value>): Value {
    const parsed = field.safeParse(this.#config[name]);
    if (parsed.success) return parsed.data;
    throw new z.ZodError(parsed.error.issues.map((issue) => ({ ...issue, path: [name, ...issue.path] })));
  }

  #templateOf(names: readonly (string | undefined)[]): string | undefined {
    for (const name of names) {
      const source = name === undefined ? undefined : this.#setting(name, unset(templateField));
      if (source !== undefined) return source;
    }
    return undefined;
  }

  /** What the property's topic says, as a text; an empty one says nothing. `tells` are the attributes, or `state`, that it shows. */
  listen(property: string, tells: readonly string[], read: (text: string, now: Entity) => Reading | undefined, momentary = false): void {
    const topic = this.topic(property);
    if (topic === undefined) return;
    const named = [`${property}_template`, `${property.replace(/_state$/, '')}_value_template`];
    const template = this.#tools.template(
      this.#templateOf([...named, property === 'state' ? 'value_template' : undefined, this.#fallback]),
    );
    for (const each of tells) this.tells.add(each);
    this.subscriptions.push({
      topic,
      momentary,
      read: (payload, now) => {
        const text = renderPayload(template, payload, now);
        return text === '' ? undefined : read(text, now);
      },
    });
  }

  /** A topic that is one number. */
  number(property: string, tells: readonly string[], read: (value: number, now: Entity) => Reading | undefined): void {
    this.listen(property, tells, (text, now) => {
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? undefined : read(value, now);
    });
  }

  /** A topic whose number is an attribute; `reset` takes it away. */
  measure(property: string, attribute: string, convert: (value: number) => number = (value) => value, reset = 'None'): void {
    this.listen(property, [attribute], (text) => {
      if (text === reset) return { attributes: { [attribute]: undefined } };
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? undefined : { attributes: { [attribute]: convert(value) } };
    });
  }

  /** A topic whose word is an attribute; words outside `allowed` say nothing, `reset` takes it away. */
  word(property: string, attribute: string, allowed?: readonly string[], reset?: string): void {
    this.listen(property, [attribute], (text) => {
      if (text === reset) return { attributes: { [attribute]: undefined } };
      return allowed && !allowed.includes(text) ? undefined : { attributes: { [attribute]: text } };
    });
  }

  /** A topic whose word is the state, by a table from the device's words to Home Assistant's; `None` is unknown. */
  states(property: string, table: ReadonlyMap<string, string>): void {
    this.listen(property, ['state'], (text) => {
      const state = table.get(text) ?? (text === 'None' ? 'unknown' : undefined);
      return state === undefined ? undefined : { state };
    });
  }

  /** How to tell the property; undefined where it has no topic. */
  send(property: string, template = `${property}_template`): Send | undefined {
    const topic = this.topic(property);
    if (topic === undefined) return undefined;
    const command = this.#tools.template(this.#templateOf([template]));
    return (value, entity, more) => ({ topic, payload: renderCommand(command, value, entity, more) });
  }

  /** A template of its own, beside the topics. */
  template(name: string): ReturnType<ComponentTools['template']> | undefined {
    const source = this.#templateOf([name]);
    return source === undefined ? undefined : this.#tools.template(source);
  }

  /** `optimistic` devices say that their reports are not to be waited for. */
  get optimistic(): boolean {
    return this.#setting('optimistic', flagField.nullish()) === true;
  }
}

/** Messages for the values that are there; a refusal when one of them cannot be told, or there is none. */
export function tell(
  entity: Entity,
  service: string,
  parts: readonly (readonly [send: Send | undefined, value: unknown, more?: Record<string, unknown>])[],
): Message[] | Refusal {
  const wanted = parts.filter(([, value]) => value !== undefined);
  if (wanted.length === 0 || wanted.some(([send]) => !send)) return cannot(entity, service);
  return wanted.flatMap(([send, value, more]) => (send ? [send(value, entity, more)] : []));
}
