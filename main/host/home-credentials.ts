import { z } from 'zod';
import { JarvisError } from '../../contract/failure.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { SecretError, type SecretStore } from '../../store/secrets/secret-store.ts';

/** Reads secrets; a candidate that is only being examined answers in its stead. */
export type SecretReader = Pick<SecretStore, 'get'>;

/** What opens a Home Assistant: a long-lived token, or what a login left behind. */
export const HomeCredentialsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token'), token: z.string().min(1) }).strict(),
  z.object({ type: z.literal('login'), refreshToken: z.string().min(1), clientId: z.string().min(1) }).strict(),
]);
export type HomeCredentials = z.infer<typeof HomeCredentialsSchema>;

/** An address as it may be shown: settings written by hand may hold a name and a password in it. */
export const shownUrl = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/iu, '$1');

/** Name of a way into the home, of its bridge and of its secret. */
export function wayId(settings: HomeSettings): string {
  switch (settings.type) {
    case 'demo':
      return 'demo';
    case 'file':
      return `file ${settings.path}`;
    case 'mqtt':
      return `mqtt ${shownUrl(settings.url)}`;
    case 'home-assistant':
      return `home-assistant ${shownUrl(settings.url)}`;
    default:
      return settings satisfies never;
  }
}

/** @throws JarvisError `home-refused` when there are none, or they cannot be read */
export async function credentialsOf(id: string, url: string, secrets: SecretReader): Promise<HomeCredentials> {
  const kept = await readSecret(id, secrets);
  if (kept === undefined) throw new JarvisError('home-refused', `There is no token for ${url}. Connect it again.`);
  const parsed = HomeCredentialsSchema.safeParse(asJson(kept));
  if (!parsed.success) throw new JarvisError('home-refused', `What is kept for ${url} is no token. Connect it again.`);
  return parsed.data;
}

export async function readSecret(id: string, secrets: SecretReader): Promise<string | undefined> {
  try {
    return await secrets.get(id);
  } catch (error) {
    // Its message is a sentence already, and only a person can help.
    if (error instanceof SecretError) throw new JarvisError('home-refused', error.message);
    throw error;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says that this is nothing.
    return undefined;
  }
}
