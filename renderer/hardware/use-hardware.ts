import { type ComputedRef, computed, onBeforeUnmount, onMounted, type Ref, shallowRef, watch } from 'vue';
import type { HardwareReport, HardwareSample } from '../../contract/hardware.ts';
import { reasonOf } from '../home-requests.ts';
import { useSession } from '../session.ts';
import { withNewest } from './graph-data.ts';

export interface HardwareOfHost {
  now: ComputedRef<HardwareSample | undefined>;
  /** Oldest first. */
  history: Readonly<Ref<HardwareSample[]>>;
  problems: ComputedRef<string[]>;
  loaded: ComputedRef<boolean>;
  failure: Readonly<Ref<string>>;
  load(): Promise<void>;
}

/** ms between two looks. */
const EVERY = 2000;

/** Looks at the machine for as long as somebody sees it: the whole `span` (ms) once, then what is new. */
export function useHardware(span: Readonly<Ref<number>>): HardwareOfHost {
  const session = useSession();
  const report = shallowRef<HardwareReport>();
  const history = shallowRef<HardwareSample[]>([]);
  const failure = shallowRef('');
  const connected = computed(() => session.state.value.connection === 'connected');
  const end = new AbortController();
  let timer: number | undefined;
  /** Grows with every question; an answer to an older one is too late. */
  let latest = 0;

  const ask = async (whole: boolean): Promise<void> => {
    window.clearTimeout(timer);
    if (end.signal.aborted || !connected.value || document.hidden) return;
    latest += 1;
    const mine = latest;
    const wanted = span.value;
    try {
      const answer = await session.mind.hardware(whole ? wanted : 0, end.signal);
      if (mine !== latest) return;
      report.value = answer;
      history.value = withNewest(whole ? answer.history : history.value, answer.now, wanted);
      failure.value = '';
    } catch (error) {
      if (mine !== latest || end.signal.aborted) return;
      // Lost on the way: the banner says so, and it is asked again.
      if (connected.value) failure.value = reasonOf(error);
    }
    // What was asked for in vain is asked for again as a whole.
    timer = window.setTimeout(() => void ask(report.value === undefined || failure.value !== ''), EVERY);
  };

  onMounted(() => {
    document.addEventListener('visibilitychange', () => void ask(true), { signal: end.signal });
    return ask(true);
  });
  watch([connected, span], () => ask(true));
  onBeforeUnmount(() => {
    window.clearTimeout(timer);
    end.abort();
  });
  return {
    now: computed(() => report.value?.now),
    history,
    problems: computed(() => report.value?.problems ?? []),
    loaded: computed(() => report.value !== undefined),
    failure,
    load: () => ask(true),
  };
}
