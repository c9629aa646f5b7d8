export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

const key = 'jarvis-theme';

/** The person's choice; `system` where there is none or the browser keeps nothing. */
export function storedTheme(storage: Pick<Storage, 'getItem'>): Theme {
  const stored = storage.getItem(key);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export function chooseTheme(root: HTMLElement, storage: Pick<Storage, 'setItem'>, theme: Theme): void {
  storage.setItem(key, theme);
  applyTheme(root, theme);
}

export function applyTheme(root: HTMLElement, theme: Theme): void {
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}
