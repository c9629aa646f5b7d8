import type { ListedTool, Outcome, ToolOutcome } from '../../contract/tool.ts';
import { canonicalJson } from '../../tools/canonical-json.ts';
import type { CallPreview } from '../../tools/preview-call.ts';

/** So many are named; of more the record tells. */
const MOST_NAMED = 3;

/**
 * Calls of one turn that were to change something and were not seen to do it. A model may say "done" all the same; JARVIS does not.
 */
export class UnseenChanges {
  readonly #preview: (tool: string, input: unknown) => CallPreview;
  readonly #calls = new Map<string, { sentence: string; outcome: Exclude<Outcome, 'confirmed'> }>();

  constructor(preview: (tool: string, input: unknown) => CallPreview) {
    this.#preview = preview;
  }

  /** What worked at last was not missed. */
  note(tool: ListedTool, input: Record<string, unknown>, { outcome }: Pick<ToolOutcome, 'outcome'>): void {
    const key = `${tool.name} ${canonicalJson(input)}`;
    if (outcome === 'confirmed') {
      this.#calls.delete(key);
      return;
    }
    const preview = this.#preview(tool.name, input);
    this.#calls.set(key, { sentence: bare('sentence' in preview ? preview.sentence : tool.title), outcome });
  }

  /** A sentence or two for the person; undefined when all was seen. */
  words(): string | undefined {
    const all = [...this.#calls.values()];
    const of = (isAccepted: boolean): string[] =>
      all.filter(({ outcome }) => (outcome === 'accepted') === isAccepted).map(({ sentence }) => sentence);
    const parts = [listed('Not done', of(false)), listed('Passed on, but not seen to be done', of(true))].filter(
      (part) => part !== undefined,
    );
    return parts.length === 0 ? undefined : parts.join(' ');
  }
}

function listed(what: string, sentences: readonly string[]): string | undefined {
  if (sentences.length === 0) return undefined;
  const more = sentences.length - MOST_NAMED;
  return `${what}: ${sentences.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

const bare = (sentence: string): string => {
  const text = sentence.trim().replace(/[.?!]+$/u, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
};
