import { getOrAdd } from './get-or-add.ts';
/** A part of a grammar: text of one unit, units in a row, or nothing to say. */
export type GrammarPart = { type: 'nothing' } | { type: 'unit'; text: string } | { type: 'row'; parts: GrammarPart[] };

interface Branch {
  next: Map<string, Branch>;
  ends: boolean;
}

const newBranch = (): Branch => ({ next: new Map(), ends: false });

/** Joins sentences that begin alike, so that a recogniser's graph holds their beginnings once. */
export class GrammarTree {
  private readonly root = newBranch();

  add(part: GrammarPart): void {
    let at = this.root;
    for (const unit of unitsOf(part)) {
      const next = getOrAdd(at.next, unit, () => newBranch());
      at = next;
    }
    at.ends = true;
  }

  text(): string {
    return alternatives(this.root);
  }
}

export function* unitsOf(part: GrammarPart): Generator<string> {
  if (part.type === 'unit') yield part.text;
  else if (part.type === 'row') for (const one of part.parts) yield* unitsOf(one);
}

/** Branches with the same continuation are written as one: `(on | off) <name>`. */
function alternatives(branch: Branch): string {
  const byRest = new Map<string, string[]>();
  for (const [unit, next] of branch.next) {
    const rest = continuation(next);
    byRest.set(rest, [...(byRest.get(rest) ?? []), unit]);
  }
  return [...byRest]
    .map(([rest, units]) => `${units.length === 1 ? units[0]! : `(${units.join(' | ')})`}${rest === '' ? '' : ` ${rest}`}`)
    .join(' | ');
}

function continuation(branch: Branch): string {
  if (branch.next.size === 0) return '';
  const inner = alternatives(branch);
  if (branch.ends) return `[${inner}]`;
  return branch.next.size === 1 && !inner.includes(' | ') ? inner : `(${inner})`;
}
