import { compileBlock } from './template/compile-statements.ts';
import { parseTemplate } from './template/parse-template.ts';
import { Run } from './template/run.ts';

/** Fills a template with variables; an undefined value renders as nothing. @throws TemplateFailure where the message says nothing */
export interface Template {
  (variables: ReadonlyMap<string, unknown>): string;
  /** The variables that it reads. */
  readonly names: ReadonlySet<string>;
}

/** A template that hands on one of its variables as it is. */
export const asItIs: Template = Object.assign((variables: ReadonlyMap<string, unknown>) => String(variables.get('value') ?? ''), {
  names: new Set(['value']),
});

const noTime = (): number => 0;

/**
 * Home Assistant's templates as far as a device's message needs them: Jinja with the filters that Home Assistant adds, without what asks
 * for other entities. Nothing of the host can be reached; work, texts and lists are bounded in every run, whatever the template does.
 * @param now ms since the epoch, for `now()`
 * @throws UnsupportedTemplate for anything beyond that
 */
export function compileTemplate(source: string, now: () => number = noTime): Template {
  const names = new Set<string>();
  const execute = compileBlock(parseTemplate(source), names);
  const render = (variables: ReadonlyMap<string, unknown>): string => {
    const out: string[] = [];
    execute(new Run(variables, now), out);
    return (out.length === 1 ? (out[0] ?? '') : out.join('')).trim();
  };
  return Object.assign(render, { names });
}
