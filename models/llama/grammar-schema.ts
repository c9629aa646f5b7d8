import type { GbnfJsonSchema } from 'node-llama-cpp';
import { accepts, type GrammarNode, isRecord } from './grammar-node.ts';

/** A JSON Schema as far as a grammar can hold a model to it. */
export interface GrammarSchema {
  /** What the engine makes a grammar of: at least as wide as the JSON Schema, but that optional properties are there, as null. */
  grammar: GbnfJsonSchema;
  /** The value as the JSON Schema wants it: without those nulls, whole numbers whole. */
  finish(value: unknown): unknown;
  /** `finish` never changes anything. */
  exact: boolean;
  /** What of the JSON Schema the grammar does not hold: `pattern`, `minimum` … */
  loosened: readonly string[];
  /** It can be nothing but an object. */
  objects: boolean;
}

const ANY: GrammarNode = {
  grammar: {
    oneOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'object', additionalProperties: true }, { type: 'array' }],
  },
  kind: 'any',
};

/** Deeper or wider than this, a part is left free: the grammar would take longer to make than the answer. */
const LIMITS = { depth: 24, properties: 200, choices: 2_000, repetitions: 64, range: 1_024 };

/** Keywords that a grammar of the engine cannot hold, with those that are held only in part. */
const UNHELD = ['pattern', 'multipleOf', 'uniqueItems', 'contains', 'not', 'if', 'propertyNames', 'patternProperties', 'dependentRequired'];

const NOTHING: ReadonlySet<string> = new Set();

/** Never throws: what it cannot express is left free and named in `loosened`. */
export function grammarSchema(schema: unknown): GrammarSchema {
  const conversion = new Conversion(schema);
  const root = conversion.root();
  return {
    grammar: root.grammar,
    finish: (value) => finish(root, value, conversion.nodes),
    exact: conversion.exact,
    loosened: [...conversion.loosened],
    objects: isObjects(root, conversion.nodes),
  };
}

/** An object or an array of whatever; a lone number or word is hardly what is meant by JSON. */
export function anyJson(): GrammarSchema {
  return grammarSchema({ anyOf: [{ type: 'object', additionalProperties: true }, { type: 'array' }] });
}

/** For a tool: whatever it says, its input is an object. */
export function toolGrammarSchema(schema: unknown): GrammarSchema {
  const made = grammarSchema(schema);
  if (made.objects) return made;
  return { ...grammarSchema({ type: 'object', additionalProperties: true }), loosened: made.loosened };
}

class Conversion {
  readonly loosened = new Set<string>();
  /** By the names of definitions. */
  readonly nodes = new Map<string, GrammarNode>();
  exact = true;
  readonly #schema: unknown;
  /** Definitions that were asked for, by their pointer. */
  readonly #names = new Map<string, string>();

  constructor(schema: unknown) {
    this.#schema = schema;
  }

  root(): GrammarNode {
    const node = this.#convert(this.#schema, 0, NOTHING);
    if (this.nodes.size === 0) return node;
    const definitions = Object.fromEntries([...this.nodes].map(([name, { grammar }]) => [name, grammar]));
    // Only a union, an object, an array or a reference may carry definitions.
    const carrier: GbnfJsonSchema = { oneOf: [node.grammar], $defs: definitions };
    const grammar: GbnfJsonSchema =
      'type' in node.grammar && (node.grammar.type === 'object' || node.grammar.type === 'array')
        ? { ...node.grammar, $defs: definitions }
        : carrier;
    return { ...node, grammar };
  }

  /** `above`: references that lead to this part without an object or an array between; a grammar that begins with itself never ends. */
  #convert(schema: unknown, depth: number, above: ReadonlySet<string>): GrammarNode {
    if (!isRecord(schema)) return ANY;
    if (depth > LIMITS.depth) return this.#free('depth');
    for (const keyword of UNHELD) if (keyword in schema) this.loosened.add(keyword);
    const node = this.#shape(schema, depth, above);
    return typeof schema.description === 'string' && node.kind !== 'any'
      ? { ...node, grammar: { ...node.grammar, description: schema.description } }
      : node;
  }

  #shape(schema: Record<string, unknown>, depth: number, above: ReadonlySet<string>): GrammarNode {
    if (typeof schema.$ref === 'string') return this.#reference(schema.$ref, depth, above);
    if ('const' in schema) return this.#choice([schema.const]);
    if (Array.isArray(schema.enum)) return this.#choice(schema.enum);
    const union = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(union)) return this.#union(union, depth, above);
    if (Array.isArray(schema.allOf)) return this.#all(schema, schema.allOf, depth, above);
    const { type } = schema;
    if (Array.isArray(type))
      return this.#union(
        type.map((each: unknown) => ({ ...schema, type: each, description: undefined })),
        depth,
        above,
      );
    if (type === 'object' || (type === undefined && 'properties' in schema)) return this.#object(schema, depth);
    if (type === 'array' || (type === undefined && 'items' in schema)) return this.#array(schema, depth);
    if (type === 'string') return this.#string(schema);
    if (type === 'integer') return this.#integer(schema);
    if (type === 'number') {
      if ('minimum' in schema || 'maximum' in schema) this.loosened.add('minimum');
      return { kind: 'number', grammar: { type } };
    }
    if (type === 'boolean' || type === 'null') return { kind: type, grammar: { type } };
    return ANY;
  }

  #reference(reference: string, depth: number, above: ReadonlySet<string>): GrammarNode {
    if (above.has(reference)) return this.#free('$ref');
    let name = this.#names.get(reference);
    if (name === undefined) {
      const target = resolvePointer(this.#schema, reference);
      if (!isRecord(target)) return this.#free('$ref');
      name = `definition${this.#names.size}`;
      this.#names.set(reference, name);
      // A definition may lead back to itself; by then its name is known.
      this.nodes.set(name, ANY);
      this.nodes.set(name, this.#convert(target, depth + 1, new Set([...above, reference])));
    }
    return { kind: 'reference', name, grammar: { $ref: `#/$defs/${name}` } as GbnfJsonSchema };
  }

  #choice(values: readonly unknown[]): GrammarNode {
    const simple = values.filter((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
    if (simple.length === 0 || simple.length < values.length || simple.length > LIMITS.choices) return this.#free('enum');
    return { kind: 'choice', values: simple, grammar: { enum: simple as (string | number | boolean | null)[] } };
  }

  #union(parts: readonly unknown[], depth: number, above: ReadonlySet<string>): GrammarNode {
    const nodes = parts.map((part) => this.#convert(part, depth + 1, above));
    if (nodes.length === 0 || nodes.some(({ kind }) => kind === 'any')) return ANY;
    return { kind: 'union', nodes, grammar: { oneOf: nodes.map(({ grammar }) => grammar) } };
  }

  /** Objects that are all to hold at once are one object; anything else is left free. */
  #all(schema: Record<string, unknown>, parts: readonly unknown[], depth: number, above: ReadonlySet<string>): GrammarNode {
    const { allOf: _, ...rest } = schema;
    const objects = [rest, ...parts].map((part) =>
      isRecord(part) && typeof part.$ref === 'string' ? resolvePointer(this.#schema, part.$ref) : part,
    );
    if (!objects.every((part) => isRecord(part) && !('allOf' in part))) return this.#free('allOf');
    const merged: Record<string, unknown> = {};
    for (const part of objects.filter(isRecord)) {
      const properties = { ...(isRecord(merged.properties) && merged.properties), ...(isRecord(part.properties) && part.properties) };
      const required = [merged.required, part.required].flatMap((list: unknown) => (Array.isArray(list) ? list : []));
      Object.assign(merged, part, Object.keys(properties).length > 0 && { properties, required });
    }
    return this.#convert(merged, depth + 1, above);
  }

  #object(schema: Record<string, unknown>, depth: number): GrammarNode {
    const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
    if (properties.length > LIMITS.properties) return this.#free('properties');
    const required = new Set(Array.isArray(schema.required) ? schema.required : []);
    const optional = new Set<string>();
    const children = new Map<string, GrammarNode>();
    for (const [name, property] of properties) {
      const node = this.#convert(property, depth + 1, NOTHING);
      const isOptional = !required.has(name);
      if (isOptional) this.exact = false;
      if (isOptional && !accepts(node, null, this.nodes)) {
        optional.add(name);
        children.set(name, { kind: 'union', nodes: [node, NULL], grammar: { oneOf: [node.grammar, NULL.grammar] } });
      } else children.set(name, node);
    }
    const additional =
      schema.additionalProperties === undefined
        ? properties.length === 0
        : schema.additionalProperties === false
          ? false
          : this.#convert(schema.additionalProperties, depth + 1, NOTHING);
    const others = additional === false ? undefined : additional === true ? ANY : additional;
    return {
      kind: 'object',
      children,
      optional,
      others,
      grammar: {
        type: 'object',
        properties: Object.fromEntries([...children].map(([name, { grammar }]) => [name, grammar])),
        ...(others !== undefined && { additionalProperties: others.kind === 'any' ? true : others.grammar }),
      },
    };
  }

  #array(schema: Record<string, unknown>, depth: number): GrammarNode {
    const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems.map((item) => this.#convert(item, depth + 1, NOTHING)) : [];
    const items = isRecord(schema.items) ? this.#convert(schema.items, depth + 1, NOTHING) : ANY;
    const minimum = this.#repetitions(schema.minItems);
    const maximum = prefix.length > 0 && !isRecord(schema.items) ? prefix.length : this.#repetitions(schema.maxItems);
    return {
      kind: 'array',
      prefix,
      items,
      grammar: {
        type: 'array',
        ...(items.kind !== 'any' && { items: items.grammar }),
        ...(prefix.length > 0 && { prefixItems: prefix.map(({ grammar }) => grammar) }),
        ...(minimum !== undefined && { minItems: minimum }),
        ...(maximum !== undefined && { maxItems: maximum }),
      },
    };
  }

  #string(schema: Record<string, unknown>): GrammarNode {
    const { format } = schema;
    if (format === 'date-time' || format === 'time' || format === 'date') return { kind: 'string', grammar: { type: 'string', format } };
    if (format !== undefined) this.loosened.add('format');
    const minimum = this.#repetitions(schema.minLength);
    const maximum = this.#repetitions(schema.maxLength);
    return {
      kind: 'string',
      grammar: {
        type: 'string',
        ...(minimum !== undefined && minimum > 0 && { minLength: minimum }),
        ...(maximum !== undefined && { maxLength: maximum }),
      },
    };
  }

  /** A small range is a choice among its numbers, which a grammar holds exactly. */
  #integer(schema: Record<string, unknown>): GrammarNode {
    const { minimum, maximum } = bounds(schema);
    if (minimum !== undefined && maximum !== undefined && maximum >= minimum && maximum - minimum < LIMITS.range)
      return this.#choice(Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index));
    if ((minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) || (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER))
      this.loosened.add('minimum');
    this.exact = false;
    return { kind: 'integer', grammar: { type: 'integer' } };
  }

  /** More of them than this make a grammar that takes seconds to build. */
  #repetitions(value: unknown): number | undefined {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return undefined;
    if (value <= LIMITS.repetitions) return value;
    this.loosened.add('length');
    return undefined;
  }

  #free(keyword: string): GrammarNode {
    this.loosened.add(keyword);
    return ANY;
  }
}

const NULL: GrammarNode = { kind: 'null', grammar: { type: 'null' } };

function bounds(schema: Record<string, unknown>): { minimum?: number; maximum?: number } {
  const least = [schema.minimum, typeof schema.exclusiveMinimum === 'number' ? Math.floor(schema.exclusiveMinimum) + 1 : undefined];
  const most = [schema.maximum, typeof schema.exclusiveMaximum === 'number' ? Math.ceil(schema.exclusiveMaximum) - 1 : undefined];
  const numbers = (list: readonly unknown[]): number[] =>
    list.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  const [minimum] = numbers(least)
    .map(Math.ceil)
    .sort((a, b) => b - a);
  const [maximum] = numbers(most)
    .map(Math.floor)
    .sort((a, b) => a - b);
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** References in a circle lead to none. */
function isObjects(node: GrammarNode, definitions: ReadonlyMap<string, GrammarNode>, seen: readonly string[] = []): boolean {
  if (node.kind === 'object') return true;
  if (node.kind === 'union') return node.nodes.every((each) => isObjects(each, definitions, seen));
  if (node.kind !== 'reference' || seen.includes(node.name)) return false;
  const target = definitions.get(node.name);
  return target !== undefined && isObjects(target, definitions, [...seen, node.name]);
}

/** `#`, `#/$defs/name`, `#/definitions/name` … inside of the same schema. */
function resolvePointer(schema: unknown, pointer: string): unknown {
  if (pointer !== '#' && !pointer.startsWith('#/')) return undefined;
  let target: unknown = schema;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isRecord(target) || !Object.hasOwn(target, name)) return undefined;
    target = target[name];
  }
  return target;
}

function finish(node: GrammarNode, value: unknown, definitions: ReadonlyMap<string, GrammarNode>): unknown {
  switch (node.kind) {
    case 'reference':
      return finish(definitions.get(node.name) ?? ANY, value, definitions);
    case 'union': {
      const fitting = node.nodes.find((each) => accepts(each, value, definitions));
      return fitting === undefined ? value : finish(fitting, value, definitions);
    }
    case 'object': {
      if (!isRecord(value)) return value;
      const kept = Object.entries(value).filter(([name, each]) => !(each === null && node.optional.has(name)));
      return Object.fromEntries(
        kept.map(([name, each]) => [name, finish(node.children.get(name) ?? node.others ?? ANY, each, definitions)]),
      );
    }
    case 'array':
      return Array.isArray(value) ? value.map((each, index) => finish(node.prefix[index] ?? node.items, each, definitions)) : value;
    case 'integer':
      // The engine's grammar of whole numbers allows exponents: 1e-3, and 1e999, which is no number at all.
      if (typeof value !== 'number') return value;
      return Math.trunc(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER));
    default:
      return value;
  }
}
