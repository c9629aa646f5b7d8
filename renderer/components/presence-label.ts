import type { Presence } from '../../contract/interface.ts';
import type { MicrophoneState } from '../audio/microphone.ts';
import type { PageState } from '../state/page-state.ts';

/** What the orb shows: the host's presence, as long as there is a host. */
export function shownPresence(state: PageState): Presence {
  if (state.connection === 'connected') return state.status.stopped === undefined ? state.status.presence : 'muted';
  return state.connection === 'connecting' ? 'starting' : 'error';
}

/** The orb in words. */
export function presenceLabel(state: PageState, microphone: MicrophoneState): string {
  if (state.connection === 'connecting') return 'Connecting…';
  if (state.connection === 'unauthorised') return 'Not signed in';
  if (state.connection === 'lost') return 'No connection';
  if (state.status.stopped !== undefined) return 'Stopped';
  switch (state.status.presence) {
    case 'starting':
      return 'Starting…';
    case 'idle':
      return microphone === 'open' || state.status.microphone !== undefined ? 'Ready – say “Jarvis”' : 'Ready';
    case 'listening':
      return 'Listening…';
    case 'thinking':
      return 'Thinking…';
    case 'speaking':
      return 'Speaking';
    case 'asking':
      return 'Waiting for your answer';
    case 'muted':
      return 'Muted';
    case 'error':
      return 'Something is wrong';
    default:
      return state.status.presence satisfies never;
  }
}
