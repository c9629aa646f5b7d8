import { JarvisError } from '../../contract/failure.ts';
import { ModelError } from '../../models/model-link.ts';

/** Failures of the parts are sentences for people already: they become what pages and commands show. Mistakes of the program stay what they are. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JarvisError || error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
      throw error;
    const code = error instanceof ModelError && error.trouble === 'aborted' ? 'cancelled' : 'refused';
    throw new JarvisError(code, wordsOf(error), { cause: error });
  }
}

/** With its full stop. */
export function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
