import { JarvisError } from '../../contract/failure.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { parseHomeAddress } from './home-address.ts';
import type { HomeCredentials } from './home-credentials.ts';

export interface ConnectRequest {
  /** Home Assistant's, or a broker's. */
  url: string;
  /** Take a certificate that no authority has signed. */
  insecure?: boolean | undefined;
  /** For a Home Assistant. */
  credentials?: HomeCredentials | undefined;
  /** For a broker. */
  username?: string | undefined;
  password?: string | undefined;
  /** Path of the PEM file of a broker's own authority. */
  ca?: string | undefined;
}

/** As it stands in the settings file: values that the schema fills in by itself stay out. */
export type WrittenWay = Record<string, unknown> & { type: HomeSettings['type'] };

/** @throws JarvisError `home-refused` for what does not go together */
export function asWritten({ url: text, insecure, credentials, username, password, ca }: ConnectRequest): WrittenWay {
  const { type, url } = parseHomeAddress(text);
  if (type === 'home-assistant') {
    if (credentials === undefined)
      throw refused(`${url} wants a token: a long-lived access token, made in your profile there under Security.`);
    if (username !== undefined || ca !== undefined)
      throw refused('A Home Assistant is opened with a token; name and certificate are for brokers.');
    return { type, url, ...(insecure === true && { insecure }) };
  }
  if (credentials !== undefined) throw refused('A broker is opened with a name and a password, not with a token.');
  if (password !== undefined && username === undefined) throw refused('A password for a broker needs a name as well.');
  const tls = { ...(ca !== undefined && { ca }), ...(insecure === true && { insecure }) };
  return { type, url, ...(username !== undefined && { username }), ...(Object.keys(tls).length > 0 && { tls }) };
}

const refused = (sentence: string): JarvisError => new JarvisError('home-refused', sentence);
