import type { HomeConnection, SentenceProblem, Trial } from '../contract/interface.ts';
import type { JarvisClient } from './host-link.ts';

export interface ConnectRequest {
  url: string;
  insecure: boolean;
  /** Of a Home Assistant. */
  token?: string;
  /** Of a broker. */
  username?: string;
  password?: string;
  /** PEM file on the host of the authority that signed its certificate. */
  ca?: string;
}

/** What parts of the page ask the host for and show the answer of themselves; each throws with a sentence for people. */
export interface HomeRequests {
  connections(): Promise<HomeConnection[]>;
  connectHome(request: ConnectRequest, signal: AbortSignal): Promise<HomeConnection>;
  startHomeLogin(request: { url: string; returnTo: string; insecure: boolean }, signal: AbortSignal): Promise<{ authorizeUrl: string }>;
  disconnectHome(id: string): Promise<void>;
  ownSentences(): Promise<{ text: string; path: string; problems: SentenceProblem[] }>;
  saveOwnSentences(text: string): Promise<{ saved: boolean; problems: SentenceProblem[] }>;
  tryText(text: string, sentences: string | undefined, signal: AbortSignal): Promise<Trial>;
}

export function homeRequests(client: () => JarvisClient): HomeRequests {
  return {
    connections: async () => client().connections(),
    connectHome: async (request, signal) => client().connectHome(request, { signal }),
    startHomeLogin: async (request, signal) => client().startHomeLogin(request, { signal }),
    disconnectHome: async (id) => {
      await client().disconnectHome({ id });
    },
    ownSentences: async () => client().ownSentences(),
    saveOwnSentences: async (text) => client().saveOwnSentences({ text }),
    tryText: async (text, sentences, signal) => client().tryText({ text, ...(sentences !== undefined && { sentences }) }, { signal }),
  };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'no reason was given';
}
