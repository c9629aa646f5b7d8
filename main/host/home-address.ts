import { JarvisError } from '../../contract/failure.ts';
import { homeAssistantAddress } from '../../iot/home-assistant/home-assistant-address.ts';

export interface HomeAddress {
  type: 'home-assistant' | 'mqtt';
  /** As it is kept: no name and password, no slash at its end. */
  url: string;
}

const BROKER = /^(?:mqtts?|wss?):\/\//iu;

/** What a person writes for a broker (`mqtt://…`, `ws://…`) or a Home Assistant (anything else). @throws JarvisError `home-refused` */
export function parseHomeAddress(text: string): HomeAddress {
  const written = text.trim();
  if (!BROKER.test(written)) return { type: 'home-assistant', url: homeAssistantAddress(written).base };
  const url = URL.parse(written);
  if (url === null || url.hostname === '') throw refused('That is no address of a broker. It looks like mqtt://192.168.1.5:1883.');
  if (url.username !== '' || url.password !== '') throw refused('Leave name and password out of the address; JARVIS keeps them elsewhere.');
  // Brokers by websocket have a path.
  return { type: 'mqtt', url: `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}` };
}

const refused = (sentence: string): JarvisError => new JarvisError('home-refused', sentence);
