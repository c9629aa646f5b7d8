/** ms after which a context that has not begun to run is taken to be held back: one that is allowed to needs a little to start too. */
const PATIENCE = 400;

/** Browsers may hold a context until the person has touched the page: every touch tries again while it is held, and `onHeldBack` says how it stands. */
export function wakeWithGesture(context: AudioContext, onHeldBack: (heldBack: boolean) => void): void {
  const end = new AbortController();
  const resume = () => {
    if (context.state === 'suspended') context.resume().catch((error: unknown) => console.warn('The browser keeps the sound held.', error));
  };
  for (const type of ['pointerdown', 'keydown', 'touchend']) {
    document.addEventListener(type, resume, { signal: end.signal, capture: true });
  }
  const patience = setTimeout(() => onHeldBack(context.state === 'suspended'), PATIENCE);
  context.addEventListener('statechange', () => {
    clearTimeout(patience);
    if (context.state === 'closed') end.abort();
    onHeldBack(context.state === 'suspended');
  });
}
