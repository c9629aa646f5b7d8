import { computed, onBeforeUnmount, type Ref, ref, watch } from 'vue';
import type { DeviceCall } from '../device-calls.ts';

/**
 * A value that a person is setting: what they want is shown until the device was asked and has answered, and then what the device says. Several
 * changes in a row are asked for once, `wait` ms after the last.
 */
export function useWanted(options: { value(): number; call(): DeviceCall | undefined; send(value: number): void; wait: number }): {
  shown: Readonly<Ref<number>>;
  asking: Readonly<Ref<boolean>>;
  want(value: number): void;
  hold(value: number): void;
  release(): void;
} {
  const wanted = ref<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held = false;

  const send = () => {
    timer = undefined;
    held = false;
    if (wanted.value !== undefined) options.send(wanted.value);
  };
  watch([options.value, options.call], () => {
    if (timer === undefined && !held && options.call()?.state !== 'asked') wanted.value = undefined;
  });
  // Who leaves at once still meant it.
  onBeforeUnmount(() => {
    if (timer === undefined) return;
    clearTimeout(timer);
    send();
  });
  return {
    shown: computed(() => wanted.value ?? options.value()),
    asking: computed(() => wanted.value !== undefined),
    want: (value) => {
      held = false;
      wanted.value = value;
      clearTimeout(timer);
      timer = setTimeout(send, options.wait);
    },
    /** Under the finger: shown, but not asked for yet. */
    hold: (value) => {
      held = true;
      wanted.value = value;
    },
    /** The finger is gone. Back where it began it asks for nothing, and no change is told of. */
    release: () => {
      setTimeout(() => {
        if (!held || timer !== undefined) return;
        held = false;
        wanted.value = undefined;
      });
    },
  };
}
