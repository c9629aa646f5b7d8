import { relative } from 'node:path';
import ts from 'typescript';

/** A member that has an effect: which types own it, and which files may touch it. */
interface EffectRule {
  member: string;
  /** A type with all of these members is one whose `member` has the effect. */
  ownerHas: readonly string[];
  /** Paths from the root. */
  allowed: readonly string[];
}

const EFFECT_RULES: readonly EffectRule[] = [
  { member: 'run', ownerHas: ['manifest', 'describe', 'run'], allowed: ['tools/run-tool.ts'] },
  // programs that are not ours
  { member: 'run', ownerHas: ['run', 'endAll', 'isolation'], allowed: ['tools/plugins/call-plugin.ts'] },
  { member: 'act', ownerHas: ['snapshot', 'changes', 'act'], allowed: ['iot/home-tool.ts', 'iot/merged-home.ts', 'iot/undo-tool.ts'] },
  // the home's own agent may act by itself
  { member: 'converse', ownerHas: ['history', 'calendarEvents', 'converse'], allowed: ['iot/converse-tool.ts', 'iot/merged-records.ts'] },
];

export interface EffectUse {
  /** `path:line` */
  place: string;
  member: string;
  allowed: boolean;
}

/**
 * Finds every touch of an effect: a call, a member read into a variable or an argument, a member by its name in quotes, a destructured one. Judged by
 * type, so that it does not matter what a thing is called; where the type is `any` it counts as an effect, since nothing proves the contrary.
 */
export function findEffectUses(files: readonly string[], root: string, options: ts.CompilerOptions, rules = EFFECT_RULES): EffectUse[] {
  const program = ts.createProgram({ rootNames: [...files], options });
  const checker = program.getTypeChecker();
  const wanted = new Set(files);
  const uses: EffectUse[] = [];
  for (const source of program.getSourceFiles()) {
    if (!wanted.has(source.fileName)) continue;
    const path = relative(root, source.fileName).replaceAll('\\', '/');
    const visit = (node: ts.Node): void => {
      for (const { owner, member } of touchesIn(node)) {
        const type = checker.getTypeAtLocation(owner);
        const rule = rules.find((each) => each.member === member && mayOwn(type, each, isCalled(node)));
        if (rule === undefined) continue;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        uses.push({ place: `${path}:${line + 1}`, member, allowed: rule.allowed.includes(path) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return uses;
}

function touchesIn(node: ts.Node): { owner: ts.Node; member: string }[] {
  if (ts.isPropertyAccessExpression(node)) return [{ owner: node.expression, member: node.name.text }];
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return [{ owner: node.expression, member: node.argumentExpression.text }];
  }
  if (ts.isObjectBindingPattern(node)) {
    return node.elements.flatMap((element) => {
      const name = element.propertyName ?? element.name;
      return ts.isIdentifier(name) || ts.isStringLiteral(name) ? [{ owner: node, member: name.text }] : [];
    });
  }
  return [];
}

const isCalled = (node: ts.Node): boolean => ts.isCallExpression(node.parent) && node.parent.expression === node;

function mayOwn(type: ts.Type, rule: EffectRule, called: boolean): boolean {
  if ((type.flags & ts.TypeFlags.Any) !== 0) return called;
  if (type.isUnion()) return type.types.some((part) => mayOwn(part, rule, called));
  return rule.ownerHas.every((name) => type.getProperty(name) !== undefined);
}
