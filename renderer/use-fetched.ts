import { computed, onBeforeUnmount, onMounted, type ShallowRef, shallowRef, watch } from 'vue';
import { reasonOf } from './home-requests.ts';
import { useSession } from './session.ts';

/** Something that a part of the page asks the host for, and what became of the question. */
export interface Fetched<Value> {
  value: Readonly<ShallowRef<Value | undefined>>;
  /** In words; empty while nothing has failed. */
  failure: Readonly<ShallowRef<string>>;
  load(): Promise<void>;
  /** What an answer to something else has told about it. */
  set(value: Value): void;
}

/** Asks when the part appears, again whenever the connection is back, and when `load` is called. What is shown stays until the answer is there. */
export function useFetched<Value>(ask: () => Promise<Value>): Fetched<Value> {
  const session = useSession();
  const value = shallowRef<Value>();
  const failure = shallowRef('');
  const connected = computed(() => session.state.value.connection === 'connected');
  let latest = 0;
  const load = async (): Promise<void> => {
    if (!connected.value) return;
    latest += 1;
    const mine = latest;
    try {
      const answer = await ask();
      if (mine !== latest) return;
      value.value = answer;
      failure.value = '';
    } catch (error) {
      // Lost on the way: the banner says so, and it is asked again.
      if (mine === latest && connected.value) failure.value = reasonOf(error);
    }
  };
  onMounted(load);
  watch(connected, load);
  onBeforeUnmount(() => {
    latest += 1;
  });
  return {
    value,
    failure,
    load,
    set: (next) => {
      latest += 1;
      value.value = next;
      failure.value = '';
    },
  };
}
