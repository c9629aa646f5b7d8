import type { Clock } from '../../contract/clock.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import type { Models } from './open-models.ts';

/** ms in which changes come together: a download alone tells of itself four times a second. */
const TELL_MS = 250;

/** Tells the pages how downloads, engine and loaded models stand, a little after each change; many changes in one go. Ends with `signal`. */
export async function tellModels(
  models: Pick<Models, 'changes'> & {
    engine: Pick<Models['engine'], 'pack'>;
    downloads: Pick<Models['downloads'], 'list'>;
    pool: Pick<Models['pool'], 'status'>;
  },
  publish: (event: InterfaceEvent) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let telling: Promise<void> | undefined;
  const tellSoon = async (): Promise<void> => {
    await clock.sleep(TELL_MS, signal);
    telling = undefined;
    const pack = await models.engine.pack();
    publish({ type: 'models-changed', downloads: models.downloads.list(), pack, pool: models.pool.status() });
  };
  const failed = Promise.withResolvers<never>();
  const follow = async (): Promise<void> => {
    for await (const _ of models.changes.subscribe(signal)) {
      if (telling !== undefined) continue;
      telling = tellSoon();
      telling.catch((error: unknown) => failed.reject(error));
    }
  };
  await Promise.race([follow(), failed.promise]);
}
