/** ms that Escape is held to stop everything. A tap means what it means where one stands. */
export const ESCAPE_HOLD = 1500;

/** Calls `stop` when Escape is held, whatever part of the page takes the key for itself. Ends with `signal`. */
export function holdEscape(page: Window, stop: () => void, signal: AbortSignal): void {
  let timer: number | undefined;
  const end = (): void => {
    page.clearTimeout(timer);
    timer = undefined;
  };
  const options = { capture: true, signal };
  page.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return end();
      if (!event.repeat && timer === undefined) {
        timer = page.setTimeout(() => {
          end();
          stop();
        }, ESCAPE_HOLD);
      }
    },
    options,
  );
  page.addEventListener(
    'keyup',
    (event) => {
      if (event.key === 'Escape') end();
    },
    options,
  );
  page.addEventListener('blur', end, { signal });
  signal.addEventListener('abort', end, { once: true });
}
