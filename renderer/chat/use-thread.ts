import { computed, type MaybeRefOrGetter, onBeforeUnmount, onMounted, type Ref, shallowRef, toValue, watch } from 'vue';
import type { Attachment, ChatThread } from '../../contract/chat.ts';
import { reasonOf } from '../home-requests.ts';
import { useSession } from '../session.ts';
import { chatView, runningTurn, type ShownItem } from './chat-view.ts';
import { liveAnswer } from './live-answer.ts';

export interface Thread {
  items: Readonly<Ref<ShownItem[]>>;
  /** Turn of the answer that is being given. */
  running: Readonly<Ref<string | undefined>>;
  thread: Readonly<Ref<ChatThread | undefined>>;
  /** Why it cannot be shown, in words. */
  failure: Readonly<Ref<string>>;
  load(): Promise<void>;
  /** What an answer to something else has told about it. */
  set(thread: ChatThread): void;
}

/** One conversation as it is kept and as it goes on. It is fetched anew whenever the host says that it changed, and after every lost connection. */
export function useThread(conversationId: MaybeRefOrGetter<string | undefined>, files: ReadonlyMap<string, Attachment>): Thread {
  const session = useSession();
  const thread = shallowRef<ChatThread>();
  const failure = shallowRef('');
  const settled = shallowRef<ReadonlySet<string>>(new Set());
  const connected = computed(() => session.state.value.connection === 'connected' && session.state.value.loaded);
  const id = computed(() => toValue(conversationId));
  let asking = false;
  let again = false;
  let gone = false;

  const ended = (): Set<string> => new Set(session.state.value.turns.filter((turn) => liveAnswer(turn).ended).map(({ turnId }) => turnId));
  const take = (next: ChatThread, before: ReadonlySet<string>): void => {
    thread.value = next;
    settled.value = before;
    failure.value = '';
  };

  const load = async (): Promise<void> => {
    const wanted = id.value;
    if (wanted === undefined || !connected.value) return;
    // Changes come in swarms: what comes while one is fetched is fetched once more, after it.
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const before = ended();
    try {
      const next = await session.chat.conversation(wanted);
      if (!gone && id.value === wanted) take(next, before);
    } catch (error) {
      if (!gone && id.value === wanted && connected.value) failure.value = reasonOf(error);
    }
    asking = false;
    if ((again || id.value !== wanted) && !gone) {
      again = false;
      await load();
    }
  };

  onMounted(load);
  watch(id, () => {
    thread.value = undefined;
    failure.value = '';
    void load();
  });
  watch(connected, load);
  watch(
    () => (id.value === undefined ? undefined : session.state.value.conversations[id.value]),
    (changed) => {
      if (changed) void load();
    },
  );
  onBeforeUnmount(() => {
    gone = true;
  });

  const turns = computed(() => session.state.value.turns);
  const typed = computed(() => session.state.value.typed);
  const items = computed(() =>
    chatView({
      // While the next is fetched, the one before must not be shown under its name.
      thread: thread.value?.conversation.id === id.value ? thread.value : undefined,
      conversationId: id.value,
      turns: turns.value,
      settled: settled.value,
      files,
      typed: typed.value,
    }),
  );
  return {
    items,
    running: computed(() => runningTurn(items.value)),
    thread,
    failure,
    load,
    set: (next) => take(next, ended()),
  };
}
