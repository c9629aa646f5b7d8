import { type ComputedRef, computed, onBeforeUnmount, type Ref, watch } from 'vue';
import type { ModelsReport } from '../../contract/models.ts';
import { useSession } from '../session.ts';
import type { PageState } from '../state/page-state.ts';
import { useFetched } from '../use-fetched.ts';
import { outline, withLive } from './model-list.ts';

export interface ModelsOfHost {
  report: ComputedRef<ModelsReport | undefined>;
  failure: Readonly<Ref<string>>;
  load(): Promise<void>;
}

/** ms between two reports that changes ask for. */
const PAUSE = 1500;

/** The host's report on models, kept fresh: what moves comes as events, what else has changed is asked for again. `contextSize` in tokens. */
export function useModels(contextSize: Readonly<Ref<number | undefined>>): ModelsOfHost {
  const session = useSession();
  const live = computed(() => session.state.value.models);
  /** What was known when the report was asked for: it is older than the report. */
  let known: PageState['models'];
  const fetched = useFetched(async () => {
    const before = live.value;
    const report = await session.mind.models(contextSize.value);
    known = before;
    return report;
  });
  const report = computed(() => {
    const { value } = fetched.value;
    return value && live.value !== known ? withLive(value, live.value) : value;
  });

  let timer: number | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  const loadSoon = (): void => {
    if (timer !== undefined) return;
    timer = window.setTimeout(
      () => {
        timer = undefined;
        lastAt = session.now();
        void fetched.load();
      },
      Math.max(0, lastAt + PAUSE - session.now()),
    );
  };
  watch(live, (now, before) => {
    if (now === undefined) return;
    const compared = before ?? fetched.value.value;
    // Nothing of it is another: then it was the library.
    if (compared === undefined || outline(now) !== outline(compared) || JSON.stringify(now) === JSON.stringify(before)) loadSoon();
  });
  watch(contextSize, () => fetched.load());
  onBeforeUnmount(() => window.clearTimeout(timer));
  return { report, failure: fetched.failure, load: fetched.load };
}
