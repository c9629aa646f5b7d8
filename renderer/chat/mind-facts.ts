import { computed, type Ref, watch } from 'vue';
import { useSession } from '../session.ts';
import { useFetched } from '../use-fetched.ts';

export interface MindFacts {
  /** Undefined until it is known. */
  available: Readonly<Ref<boolean | undefined>>;
  /** ISO 4217 */
  currency: Readonly<Ref<string>>;
  /** Does what is asked of this provider leave the house? Undefined where it is not known any more. */
  leavesHouse(provider: string): boolean | undefined;
}

/** What the chat needs to know about the mind; it is fetched anew whenever providers or settings change, or a model comes or goes. */
export function useMindFacts(): MindFacts {
  const session = useSession();
  const mind = useFetched(() => session.chat.mind());
  const resident = computed(() => session.state.value.models?.pool.resident.length);
  watch([() => session.state.value.mindVersion, resident], () => void mind.load());
  return {
    available: computed(() => mind.value.value?.available),
    currency: computed(() => mind.value.value?.settings.budget.currency ?? 'EUR'),
    leavesHouse: (provider) => mind.value.value?.providers.find(({ settings }) => settings.id === provider)?.leavesHouse,
  };
}
