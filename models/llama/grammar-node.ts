import type { GbnfJsonSchema } from 'node-llama-cpp';

/** A part of a JSON Schema, with the grammar that was made of it. */
export type GrammarNode = { grammar: GbnfJsonSchema } & (
  | { kind: 'any' | 'string' | 'number' | 'integer' | 'boolean' | 'null' }
  | { kind: 'choice'; values: readonly unknown[] }
  | { kind: 'union'; nodes: readonly GrammarNode[] }
  | { kind: 'array'; prefix: readonly GrammarNode[]; items: GrammarNode }
  | {
      kind: 'object';
      children: ReadonlyMap<string, GrammarNode>;
      /** Names whose null means that they are not there. */
      optional: ReadonlySet<string>;
      /** Of names that are not among the children. */
      others: GrammarNode | undefined;
    }
  | { kind: 'reference'; name: string }
);

/** Whether the grammar of the node could have made the value. */
export function accepts(node: GrammarNode, value: unknown, definitions: ReadonlyMap<string, GrammarNode>): boolean {
  switch (node.kind) {
    case 'any':
      return true;
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === node.kind;
    case 'integer':
      return typeof value === 'number';
    case 'null':
      return value === null;
    case 'choice':
      return node.values.includes(value);
    case 'union':
      return node.nodes.some((each) => accepts(each, value, definitions));
    case 'array':
      return Array.isArray(value) && value.every((each, index) => accepts(node.prefix[index] ?? node.items, each, definitions));
    case 'object': {
      if (!isRecord(value)) return false;
      const { children, others } = node;
      return (
        [...children].every(([name, child]) => Object.hasOwn(value, name) && accepts(child, value[name], definitions)) &&
        Object.entries(value).every(([name, each]) => children.has(name) || (others !== undefined && accepts(others, each, definitions)))
      );
    }
    case 'reference': {
      const target = definitions.get(node.name);
      return target === undefined || accepts(target, value, definitions);
    }
    default:
      return node satisfies never;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
