import { watch } from 'vue';
import type { MindChange, MindReport } from '../../contract/models-interface.ts';
import { useSession } from '../session.ts';
import { type Fetched, useFetched } from '../use-fetched.ts';

export interface MindOfHost extends Fetched<MindReport> {
  /** Resolves when it is saved and shown; throws a sentence for people. */
  save(change: MindChange): Promise<void>;
}

/** Settings, providers and spending, asked for again whenever the host says that they are others. */
export function useMind(): MindOfHost {
  const session = useSession();
  const fetched = useFetched(() => session.mind.mind());
  watch(() => session.state.value.mindVersion, fetched.load);
  return {
    ...fetched,
    save: async (change) => {
      fetched.set(await session.mind.saveMind(change));
    },
  };
}
