import type { ProviderSettings, ProviderStatus, ProviderType } from '../../contract/models.ts';

/** Those that can be added; our own models need no adding. */
export const PROVIDER_TYPES = [
  { id: 'ollama', label: 'Ollama', needsKey: false, needsUrl: false, url: 'http://127.0.0.1:11434' },
  { id: 'openai', label: 'OpenAI', needsKey: true, needsUrl: false, url: 'https://api.openai.com/v1' },
  { id: 'anthropic', label: 'Anthropic', needsKey: true, needsUrl: false, url: 'https://api.anthropic.com/v1' },
  { id: 'google', label: 'Google', needsKey: true, needsUrl: false, url: 'https://generativelanguage.googleapis.com' },
  { id: 'openai-compatible', label: 'OpenAI-compatible', needsKey: false, needsUrl: true, url: 'http://192.168.1.20:8080/v1' },
] as const satisfies readonly { id: Exclude<ProviderType, 'local'>; label: string; needsKey: boolean; needsUrl: boolean; url: string }[];

export const typeLabel = (type: ProviderType): string =>
  type === 'local' ? 'This machine' : (PROVIDER_TYPES.find(({ id }) => id === type)?.label ?? type);

export const titleOf = ({ title, type, id }: ProviderSettings): string => title ?? (type === 'openai-compatible' ? id : typeLabel(type));

export type Tone = 'good' | 'warn' | 'bad' | 'soft';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** How it stands, in two or three words. */
export function providerState({ state, until }: Pick<ProviderStatus, 'state' | 'until'>): { text: string; tone: Tone } {
  switch (state) {
    case 'ready':
      return { text: 'Ready', tone: 'good' };
    case 'resting':
      return { text: until === undefined ? 'Rests' : `Rests until ${time.format(until)}`, tone: 'warn' };
    case 'no-key':
      return { text: 'No key', tone: 'bad' };
    case 'off':
      return { text: 'Off', tone: 'soft' };
    case 'no-models':
      return { text: 'No models', tone: 'warn' };
    case 'over-budget':
      return { text: 'Over budget', tone: 'bad' };
    default:
      return state satisfies never;
  }
}
