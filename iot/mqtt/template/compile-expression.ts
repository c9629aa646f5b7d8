import { Arguments } from './arguments.ts';
import { filterOf } from './filters.ts';
import { functionOf, methodOf } from './functions.ts';
import { isNode, type Node, nodeOf, nodesOf, wordOf } from './parse-template.ts';
import { type Run, TemplateFailure, UnsupportedTemplate } from './run.ts';
import { arithmetic, checked, compare, contains, equal, itemsOf, memberOf, recordOf, textOf, truthy } from './values.ts';

export type Evaluate = (run: Run) => unknown;

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const nothing = new Arguments([], new Map());

function compileArguments(nodes: readonly Node[], names: Set<string>): (run: Run) => Arguments {
  if (nodes.length === 0) return () => nothing;
  const positional: Evaluate[] = [];
  const named: [string, Evaluate][] = [];
  for (const node of nodes) {
    if (node.type === 'KeywordArgumentExpression') named.push([wordOf(nodeOf(node.key).value), compileExpression(node.value, names)]);
    else positional.push(compileExpression(node, names));
  }
  return (run) =>
    new Arguments(
      positional.map((each) => each(run)),
      new Map(named.map(([name, each]) => [name, each(run)])),
    );
}

function compileFilter(node: Node, names: Set<string>): Evaluate {
  const operand = compileExpression(node.operand, names);
  const filter = nodeOf(node.filter);
  const name = wordOf(filter.type === 'CallExpression' ? nodeOf(filter.callee).value : filter.value);
  const work = filterOf(name);
  if (!work) throw new UnsupportedTemplate(`the ${name.startsWith('is ') ? 'test' : 'filter'} "${name.slice(0, 40)}" is not understood`);
  const given = compileArguments(filter.type === 'CallExpression' ? nodesOf(filter.args) : [], names);
  return (run) => {
    run.spend(1);
    return work(operand(run), given(run), run);
  };
}

function compileCall(node: Node, names: Set<string>): Evaluate {
  const callee = nodeOf(node.callee);
  const given = compileArguments(nodesOf(node.args), names);
  const path =
    callee.type === 'Identifier'
      ? wordOf(callee.value)
      : callee.type === 'MemberExpression' && callee.computed === false
        ? `${String(isNode(callee.object) ? callee.object.value : '')}.${wordOf(nodeOf(callee.property).value)}`
        : '';
  const work = functionOf(path);
  if (work)
    return (run) => {
      run.spend(1);
      return work(given(run), run);
    };
  const method = callee.type === 'MemberExpression' ? methodOf(path.slice(path.lastIndexOf('.') + 1)) : undefined;
  if (!method) throw new UnsupportedTemplate(`${path.slice(0, 40)}() is nothing that a device's template may call`);
  const subject = compileExpression(callee.object, names);
  return (run) => {
    run.spend(1);
    return method(subject(run), given(run), run);
  };
}

function compileMember(node: Node, names: Set<string>): Evaluate {
  const of = compileExpression(node.object, names);
  const property = nodeOf(node.property);
  if (node.computed !== true || property.type === 'StringLiteral' || property.type === 'IntegerLiteral') {
    const key = property.value;
    return (run) => memberOf(of(run), key);
  }
  if (property.type !== 'SliceExpression') {
    const key = compileExpression(property, names);
    return (run) => memberOf(of(run), key(run));
  }
  const [start, stop, step] = [property.start, property.stop, property.step].map((part) =>
    isNode(part) ? compileExpression(part, names) : () => undefined,
  );
  return (run) => slice(of(run), start?.(run), stop?.(run), step?.(run), run);
}

function slice(of: unknown, start: unknown, stop: unknown, step: unknown, run: Run): unknown {
  const items = typeof of === 'string' ? of : itemsOf(of, run);
  run.spendText(items.length);
  if (step !== undefined && step !== 1 && step !== -1) throw new TemplateFailure('a slice goes one by one');
  const [from, to] = [start, stop].map((edge) => (typeof edge === 'number' ? edge : undefined));
  if (step === -1 && (from !== undefined || to !== undefined)) throw new TemplateFailure('a slice goes forwards');
  const part = items.slice(from ?? 0, to);
  if (step !== -1) return Array.isArray(part) ? checked(part, run) : part;
  return typeof part === 'string' ? Array.from(part).toReversed().join('') : checked(part.toReversed(), run);
}

function compileBinary(node: Node, names: Set<string>): Evaluate {
  const operator = wordOf(nodeOf(node.operator).value);
  const left = compileExpression(node.left, names);
  const right = compileExpression(node.right, names);
  switch (operator) {
    case 'and':
      return (run) => {
        const value = left(run);
        return truthy(value) ? right(run) : value;
      };
    case 'or':
      return (run) => {
        const value = left(run);
        return truthy(value) ? value : right(run);
      };
    case '==':
      return (run) => equal(left(run), right(run), run);
    case '!=':
      return (run) => !equal(left(run), right(run), run);
    case '<':
      return (run) => compare(left(run), right(run), run) < 0;
    case '<=':
      return (run) => compare(left(run), right(run), run) <= 0;
    case '>':
      return (run) => compare(left(run), right(run), run) > 0;
    case '>=':
      return (run) => compare(left(run), right(run), run) >= 0;
    case 'in':
      return (run) => contains(right(run), left(run), run);
    case 'not in':
      return (run) => !contains(right(run), left(run), run);
    case '~':
      return (run) => {
        const [one, other] = [textOf(left(run), run), textOf(right(run), run)];
        run.spendText(one.length + other.length);
        return one + other;
      };
    case '+':
    case '-':
    case '*':
    case '/':
    case '//':
    case '%':
    case '**':
      return (run) => arithmetic(operator, left(run), right(run), run);
    default:
      throw new UnsupportedTemplate(`"${operator}" is not understood`);
  }
}

/**
 * A function that gives the expression's value.
 * @param names collects the variables that it reads
 * @throws UnsupportedTemplate
 */
export function compileExpression(value: unknown, names: Set<string>): Evaluate {
  const node = nodeOf(value);
  switch (node.type) {
    case 'StringLiteral':
    case 'IntegerLiteral':
    case 'FloatLiteral': {
      const literal = node.value;
      return () => literal;
    }
    case 'Identifier': {
      const name = wordOf(node.value);
      if (constants.has(name)) {
        const constant = constants.get(name);
        return () => constant;
      }
      names.add(name);
      return (run) => run.lookUp(name);
    }
    case 'ArrayLiteral':
    case 'TupleLiteral': {
      const items = nodesOf(node.value).map((item) => compileExpression(item, names));
      return (run) => {
        run.spend(1 + items.length);
        return items.map((item) => item(run));
      };
    }
    case 'ObjectLiteral': {
      const entries = (node.value instanceof Map ? [...node.value] : []).map(
        ([key, item]) => [compileExpression(key, names), compileExpression(item, names)] as const,
      );
      return (run) => {
        run.spend(1 + entries.length);
        return recordOf(entries.map(([key, item]) => [textOf(key(run), run), item(run)]));
      };
    }
    case 'MemberExpression':
      return compileMember(node, names);
    case 'FilterExpression':
      return compileFilter(node, names);
    case 'CallExpression':
      return compileCall(node, names);
    case 'BinaryExpression':
      return compileBinary(node, names);
    case 'UnaryExpression': {
      const operator = wordOf(nodeOf(node.operator).value);
      const of = compileExpression(node.argument, names);
      if (operator === 'not') return (run) => !truthy(of(run));
      return (run) => arithmetic('*', operator === '-' ? -1 : 1, of(run), run);
    }
    case 'Ternary': {
      const condition = compileExpression(node.condition, names);
      const yes = compileExpression(node.trueExpr, names);
      const no = compileExpression(node.falseExpr, names);
      return (run) => (truthy(condition(run)) ? yes(run) : no(run));
    }
    case 'SelectExpression': {
      const test = compileExpression(node.test, names);
      const of = compileExpression(node.lhs, names);
      return (run) => (truthy(test(run)) ? of(run) : undefined);
    }
    default:
      throw new UnsupportedTemplate(`${node.type.slice(0, 40)} is not understood`);
  }
}
