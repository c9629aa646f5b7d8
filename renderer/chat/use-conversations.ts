import { computed, onBeforeUnmount, type Ref, ref, shallowRef } from 'vue';
import type { ChatConversation } from '../../contract/chat.ts';
import { CONVERSATION_PAGE } from '../chat-requests.ts';
import { reasonOf } from '../home-requests.ts';
import { useSession } from '../session.ts';
import { useFetched } from '../use-fetched.ts';
import { listConversations } from './list-conversations.ts';

/** A deletion that can still be taken back. */
export interface Removed {
  id: string;
  title: string;
  /** ms since the epoch */
  until: number;
}

export interface Conversations {
  /** Newest first; undefined until they are there. */
  list: Readonly<Ref<ChatConversation[] | undefined>>;
  failure: Readonly<Ref<string>>;
  /** There may be older ones. */
  more: Readonly<Ref<boolean>>;
  removed: Readonly<Ref<Removed[]>>;
  load(): Promise<void>;
  loadOlder(): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  remove(conversation: ChatConversation): Promise<boolean>;
  restore(id: string): Promise<boolean>;
  exportAs(id: string, format: 'markdown' | 'json'): Promise<void>;
  /** Resolves to the conversation it became. */
  importFile(file: File): Promise<ChatConversation | undefined>;
  /** Shows one that the host has just told of. */
  add(conversation: ChatConversation): void;
}

/** All conversations, and what can be done with one. What goes wrong is told as a notice. */
export function useConversations(): Conversations {
  const session = useSession();
  const older = shallowRef<ChatConversation[]>([]);
  const more = ref(false);
  /** What commands of this page have come to: the host's own word may not be here yet. */
  const told = shallowRef<Record<string, ChatConversation | null>>({});
  const removed = ref<Removed[]>([]);
  const fetched = useFetched(async () => {
    const first = await session.chat.conversations();
    older.value = [];
    told.value = {};
    more.value = first.length === CONVERSATION_PAGE;
    return first;
  });
  const changed = computed(() => session.state.value.conversations);
  const list = computed(() => {
    const first = fetched.value.value;
    if (first === undefined) return undefined;
    const byHost = listConversations([...first, ...older.value], changed.value);
    return listConversations(byHost, told.value);
  });
  const timers = new Set<ReturnType<typeof setTimeout>>();
  onBeforeUnmount(() => timers.forEach(clearTimeout));

  const tell = (id: string, conversation: ChatConversation | null): void => {
    told.value = { ...told.value, [id]: conversation };
  };
  const attempt = async (what: string, command: () => Promise<void>): Promise<boolean> => {
    try {
      await command();
      return true;
    } catch (error) {
      session.tell('error', `${what}: ${reasonOf(error)}`);
      return false;
    }
  };
  const forget = (id: string): void => {
    removed.value = removed.value.filter((each) => each.id !== id);
  };

  return {
    list,
    failure: fetched.failure,
    more,
    removed,
    load: fetched.load,
    loadOlder: async () => {
      const last = list.value?.at(-1);
      if (last === undefined) return;
      await attempt('Older conversations were not found', async () => {
        const next = await session.chat.conversations(last.updatedAt);
        more.value = next.length === CONVERSATION_PAGE;
        older.value = [...older.value, ...next];
      });
    },
    rename: async (id, title) => {
      await attempt('It was not renamed', async () => tell(id, await session.chat.rename(id, title)));
    },
    remove: (conversation) => {
      const { id, title } = conversation;
      return attempt('It was not deleted', async () => {
        const until = await session.chat.remove(id);
        tell(id, null);
        removed.value = [...removed.value.filter((each) => each.id !== id), { id, title, until }];
        const timer = setTimeout(() => forget(id), Math.max(0, until - session.now()));
        timers.add(timer);
      });
    },
    restore: (id) =>
      attempt('It was not restored', async () => {
        const conversation = await session.chat.restore(id);
        forget(id);
        tell(id, conversation);
      }),
    exportAs: async (id, format) => {
      await attempt('It was not exported', async () => {
        const { name, text } = await session.chat.exportAs(id, format);
        saveFile(name, text, format === 'json' ? 'application/json' : 'text/markdown');
      });
    },
    importFile: async (file) => {
      let conversation: ChatConversation | undefined;
      await attempt('It was not brought back', async () => {
        conversation = await session.chat.importText(await file.text());
        tell(conversation.id, conversation);
      });
      return conversation;
    },
    add: (conversation) => tell(conversation.id, conversation),
  };
}

/** ms after which a browser has begun to save. */
const SAVED = 10_000;

function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), SAVED);
}
