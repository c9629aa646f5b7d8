import { type ComputedRef, computed, nextTick, type Ref, ref, shallowRef, watch } from 'vue';
import { reasonOf } from '../home-requests.ts';
import { type Session, useSession } from '../session.ts';
import type { MindDrafts } from './mind-drafts.ts';

type SectionKey = Exclude<keyof MindDrafts, 'provider'>;
type FormOf<Key extends SectionKey> = NonNullable<MindDrafts[Key]>;

/** One section of the settings as it is being written. Nothing is saved before somebody says so. */
export interface Section<Form> {
  /** Undefined until the settings are there. */
  form: Ref<Form | undefined>;
  changed: ComputedRef<boolean>;
  /** Somebody else has saved this section since this was begun. */
  overtaken: ComputedRef<boolean>;
  saving: Readonly<Ref<boolean>>;
  news: Readonly<Ref<{ tone: 'good' | 'bad'; text: string } | undefined>>;
  save(): Promise<void>;
  discard(): void;
}

const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** `saved`: the section as the host has it. `send` saves, throws a sentence for people, and sees to it that `saved` follows. */
export function useSection<Key extends SectionKey>(
  key: Key,
  saved: () => FormOf<Key> | undefined,
  send: (form: FormOf<Key>, session: Session) => Promise<void>,
): Section<FormOf<Key>> {
  const session = useSession();
  const form: Ref<FormOf<Key> | undefined> = ref();
  /** What was saved when this was begun. */
  const begunOn = shallowRef<FormOf<Key>>();
  const saving = ref(false);
  const news = shallowRef<{ tone: 'good' | 'bad'; text: string }>();
  const changed = computed(() => form.value !== undefined && saved() !== undefined && !same(form.value, saved()));
  const overtaken = computed(() => changed.value && !same(begunOn.value, saved()));

  const show = (now: FormOf<Key>): void => {
    begunOn.value = now;
    form.value = copy(now);
  };
  const keep = (draft: FormOf<Key> | undefined): void => {
    const { [key]: _, ...others } = session.mindDrafts.value;
    session.mindDrafts.value = draft === undefined ? others : { ...others, [key]: draft };
  };

  watch(
    saved,
    (now) => {
      if (now === undefined) return;
      const draft = session.mindDrafts.value[key];
      if (form.value === undefined) {
        show(now);
        if (draft !== undefined) form.value = copy(draft);
      } else if (same(form.value, begunOn.value)) show(now);
    },
    { immediate: true },
  );
  watch(
    [form, changed],
    () => {
      if (form.value !== undefined) keep(changed.value ? copy(form.value) : undefined);
      if (changed.value) news.value = undefined;
    },
    { deep: true },
  );

  return {
    form,
    changed,
    overtaken,
    saving,
    news,
    async save() {
      const { value } = form;
      if (value === undefined || saving.value) return;
      saving.value = true;
      try {
        await send(copy(value), session);
        // What was saved comes back through the part that shows it.
        await nextTick();
        const now = saved();
        if (now !== undefined) show(now);
        news.value = { tone: 'good', text: 'Saved.' };
      } catch (error) {
        news.value = { tone: 'bad', text: `Not saved: ${reasonOf(error)}` };
      }
      saving.value = false;
    },
    discard() {
      const now = saved();
      if (now !== undefined) show(now);
    },
  };
}
