import type { ProviderSettings, ProviderType } from '../../contract/models.ts';

export type RemoteType = Exclude<ProviderType, 'local'>;

interface Address {
  /** Absent: a person has to say where. */
  url?: string;
  /** Path that requests are put behind. */
  path: string;
  header: { name: string; prefix: string };
  title: string;
}

export const ADDRESSES: Readonly<Record<RemoteType, Address>> = {
  ollama: { url: 'http://127.0.0.1:11434', path: '/api', header: { name: 'authorization', prefix: 'Bearer ' }, title: 'Ollama' },
  openai: { url: 'https://api.openai.com', path: '/v1', header: { name: 'authorization', prefix: 'Bearer ' }, title: 'OpenAI' },
  anthropic: { url: 'https://api.anthropic.com', path: '/v1', header: { name: 'x-api-key', prefix: '' }, title: 'Anthropic' },
  google: {
    url: 'https://generativelanguage.googleapis.com',
    path: '/v1beta',
    header: { name: 'x-goog-api-key', prefix: '' },
    title: 'Google',
  },
  'openai-compatible': { path: '/v1', header: { name: 'authorization', prefix: 'Bearer ' }, title: 'The model server' },
};

/** The provider as people know it. */
export const titleOf = ({ title, type, id }: ProviderSettings): string => title ?? (type === 'local' ? id : ADDRESSES[type].title);

/**
 * The address that requests start with, without a slash at its end. People give it with or without the version path, and to Ollama with the `/v1` of its other
 * door: `http://host:1234`, `http://host:1234/v1/`. Undefined where there is none.
 */
export function baseUrl(type: RemoteType, url: string | undefined): string | undefined {
  const { url: usual, path } = ADDRESSES[type];
  const given = URL.parse(url ?? usual ?? '');
  if (given === null || !/^https?:$/u.test(given.protocol)) return undefined;
  let folder = given.pathname.replace(/\/+$/u, '');
  if (type === 'ollama') folder = folder.replace(/\/(?:v1|api)$/u, '');
  return given.origin + (folder === '' || type === 'ollama' ? folder + path : folder);
}
