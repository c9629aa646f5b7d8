import { ModelError } from '../model-link.ts';
import type { ModelLease, ModelPool } from '../pool/model-pool.ts';

/**
 * Does `work` on the loaded model, and once more from the start when the models process was lost meanwhile. So `work` must not have shown anything of its
 * result to anybody before it resolves. Where it resolves the lease is its own to release; where it rejects that is done here.
 */
export async function withModel<Result>(
  pool: Pick<ModelPool, 'use'>,
  modelId: string,
  signal: AbortSignal,
  work: (lease: ModelLease) => Promise<Result>,
): Promise<Result> {
  for (let isSecond = false; ; isSecond = true) {
    const lease = await pool.use(modelId, { signal });
    try {
      return await work(lease);
    } catch (error) {
      lease.release();
      signal.throwIfAborted();
      if (isSecond || !(error instanceof ModelError) || error.trouble !== 'process-lost') throw error;
    }
  }
}
