import { compileExpression, type Evaluate } from './compile-expression.ts';
import { type Node, nodeOf, nodesOf, wordOf } from './parse-template.ts';
import { Namespace, type Run, TemplateFailure, UnsupportedTemplate } from './run.ts';
import { itemsOf, textOf, truthy } from './values.ts';

/** Writes its part; `break` and `continue` end the blocks around it. */
type Execute = (run: Run, out: string[]) => 'break' | 'continue' | undefined;

function write(text: string, run: Run, out: string[]): void {
  run.write(text.length);
  out.push(text);
}

/** Sets a name, several names of a tuple, or `namespace.name`. */
function compileTarget(target: Node, names: Set<string>): (value: unknown, run: Run) => void {
  if (target.type === 'Identifier') {
    const name = wordOf(target.value);
    return (value, run) => run.assign(name, value);
  }
  if (target.type === 'TupleLiteral') {
    const parts = nodesOf(target.value).map((part) => compileTarget(part, names));
    return (value, run) => {
      if (!Array.isArray(value) || value.length !== parts.length) throw new TemplateFailure('a list of another length is needed');
      for (const [index, part] of parts.entries()) part(value[index], run);
    };
  }
  if (target.type !== 'MemberExpression') throw new UnsupportedTemplate('this cannot be set');
  const space = compileExpression(target.object, names);
  const key = wordOf(nodeOf(target.property).value);
  return (value, run) => {
    const found = space(run);
    if (!(found instanceof Namespace)) throw new TemplateFailure('only a namespace can be written to');
    if (found.values.size > 200) throw new TemplateFailure('a namespace is full');
    found.values.set(key, value);
  };
}

function compileSet(node: Node, names: Set<string>): Execute {
  if (node.value === null) throw new UnsupportedTemplate('a block cannot be set');
  const value = compileExpression(node.value, names);
  const target = compileTarget(nodeOf(node.assignee), names);
  return (run) => {
    target(value(run), run);
    return undefined;
  };
}

function compileFor(node: Node, names: Set<string>): Execute {
  const iterable = nodeOf(node.iterable);
  const filtered = iterable.type === 'SelectExpression';
  const list = compileExpression(filtered ? iterable.lhs : iterable, names);
  const test: Evaluate | undefined = filtered ? compileExpression(iterable.test, names) : undefined;
  const target = compileTarget(nodeOf(node.loopvar), names);
  const body = compileBlock(nodesOf(node.body), names);
  const otherwise = compileBlock(nodesOf(node.defaultBlock), names);
  // so that a long body costs more than a short one
  const price = 2 + nodesOf(node.body).length * 4;
  return (run, out) => {
    const all = itemsOf(list(run), run);
    const items = test
      ? all.filter((item) => {
          run.spend(2);
          let fits = false;
          run.within(() => {
            target(item, run);
            fits = truthy(test(run));
          });
          return fits;
        })
      : all;
    for (const [index, item] of items.entries()) {
      run.spend(price);
      let end: ReturnType<Execute>;
      run.within(() => {
        run.assign('loop', {
          index: index + 1,
          index0: index,
          first: index === 0,
          last: index === items.length - 1,
          length: items.length,
        });
        target(item, run);
        end = body(run, out);
      });
      if (end === 'break') break;
    }
    return items.length === 0 ? otherwise(run, out) : undefined;
  };
}

function compileStatement(node: Node, names: Set<string>): Execute {
  switch (node.type) {
    case 'Comment':
      return () => undefined;
    case 'If': {
      const test = compileExpression(node.test, names);
      const body = compileBlock(nodesOf(node.body), names);
      const alternate = compileBlock(nodesOf(node.alternate), names);
      return (run, out) => (truthy(test(run)) ? body : alternate)(run, out);
    }
    case 'For':
      return compileFor(node, names);
    case 'Set':
      return compileSet(node, names);
    case 'Break':
      return () => 'break';
    case 'Continue':
      return () => 'continue';
    case 'Macro':
    case 'CallStatement':
    case 'FilterStatement':
      throw new UnsupportedTemplate('macros and filter blocks are not understood');
    default: {
      const value = compileExpression(node, names);
      return (run, out) => {
        write(textOf(value(run), run), run, out);
        return undefined;
      };
    }
  }
}

/** @throws UnsupportedTemplate */
export function compileBlock(nodes: readonly Node[], names: Set<string>): Execute {
  const statements = nodes.map((node) => compileStatement(node, names));
  return (run, out) => {
    for (const statement of statements) {
      const end = statement(run, out);
      if (end) return end;
    }
    return undefined;
  };
}
