import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { askProgram, firstWay } from './ask-program.ts';
import type { Desktop } from './desktop.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import { type SessionAct, sessionCommands } from './session-commands.ts';

const NoInput = z.strictObject({});
type Nothing = z.infer<typeof NoInput>;

interface Wording {
  act: SessionAct;
  title: string;
  /** What a person agrees to. */
  sentence: string;
  risk: 'change' | 'guarded';
  reversible: boolean;
}

const ACTS: readonly Wording[] = [
  { act: 'lock', title: 'Lock the computer', sentence: 'Lock this computer', risk: 'change', reversible: true },
  {
    act: 'sleep',
    title: 'Send the computer to sleep',
    sentence: 'Send this computer to sleep; JARVIS sleeps with it and hears nobody',
    risk: 'guarded',
    reversible: false,
  },
  {
    act: 'log-out',
    title: 'Log out',
    sentence: 'LOG OUT of this computer: every program is ended, and what is not saved is lost',
    risk: 'guarded',
    reversible: false,
  },
  {
    act: 'restart',
    title: 'Restart the computer',
    sentence: 'RESTART this computer: every program is ended, JARVIS too, and what is not saved is lost',
    risk: 'guarded',
    reversible: false,
  },
  {
    act: 'shut-down',
    title: 'Shut the computer down',
    sentence:
      'SHUT this computer DOWN: every program is ended, JARVIS too until somebody switches it on by hand, and what is not saved is lost',
    risk: 'guarded',
    reversible: false,
  },
];

/** ms for the lock to be seen. */
const SEEN_MS = 2000;
const LOOK_MS = 200;

export function sessionTools(desktop: Desktop): Tool[] {
  const isLocked = async (signal: AbortSignal): Promise<boolean> => {
    if (desktop.platform !== 'linux' || !desktop.programs.has('loginctl')) return false;
    try {
      const session = desktop.env.XDG_SESSION_ID ?? 'self';
      if (!/^[\w-]{1,64}$/u.test(session)) return false;
      const answer = await askProgram(desktop, ['loginctl', 'show-session', session, '--property=LockedHint', '--value'], { signal });
      return answer.trim() === 'yes';
    } catch (error) {
      // Not every desktop tells; then it is not seen.
      if (error instanceof DesktopTrouble) return false;
      throw error;
    }
  };
  const toolOf = ({ act, title, sentence, risk, reversible }: Wording): Tool<Nothing> => ({
    manifest: {
      name: `session.${act}`,
      version: '1.0.0',
      title,
      description: `${sentence}.`,
      input: NoInput,
      permissions: { system: ['power'] },
      risk,
      reversible,
      timeoutMs: 20_000,
      rateLimit: { calls: 3, seconds: 60 },
    },
    describe: () => sentence,
    async run(_input, { signal, clock }) {
      await firstWay(
        desktop,
        signal,
        sessionCommands(act, desktop).map((command) => ({
          program: command[0],
          use: () => askProgram(desktop, command, { signal, timeoutMs: 15_000 }),
        })),
      );
      if (act !== 'lock') return { outcome: 'accepted' };
      for (let waited = 0; waited < SEEN_MS; waited += LOOK_MS) {
        if (await isLocked(signal)) return { outcome: 'confirmed' };
        await clock.sleep(LOOK_MS, signal);
      }
      return { outcome: 'accepted', reason: 'I have asked for it, but cannot see whether the screen is locked.' };
    },
  });
  return ACTS.map(toolOf) as Tool[];
}
