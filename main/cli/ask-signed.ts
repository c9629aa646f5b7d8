import { randomBytes } from 'node:crypto';
import { type DeviceCommand, type SignedAnswer, SignedAnswerSchema } from '../../contract/signed-command.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { openDeviceKey } from '../../tools/signed-commands/device-key.ts';
import { signCommand } from '../../tools/signed-commands/sign-command.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError } from './output.ts';

/** ms that another JARVIS has to answer. */
const ANSWER_MS = 60_000;

/** Asks a JARVIS elsewhere with the key of this device. Throws a sentence for people when it does not answer or does not take it. */
export async function askSigned(command: DeviceCommand, { to, host }: { to: string; host: string }): Promise<SignedAnswer> {
  if (!URL.canParse(to) || !/^https?:$/u.test(new URL(to).protocol))
    throw new CommandError(`"${to}" is no address of a JARVIS (http://host:7400).`);
  const key = await openDeviceKey(await openDataFolder());
  const envelope = signCommand(command, { key, audience: host, now: systemClock.now(), nonce: randomBytes(16).toString('base64url') });
  const response = await fetch(new URL('/api/signed', to), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(envelope),
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw new CommandError(`The JARVIS at ${to} does not answer: ${error instanceof Error ? error.message : String(error)}`);
  });
  const answer = SignedAnswerSchema.safeParse(await response.json().catch(() => undefined)).data;
  if (answer === undefined) throw new CommandError(`What answers at ${to} takes no signed commands (status ${response.status}).`);
  if (!answer.accepted) throw new CommandError(`The JARVIS at ${to} refused: ${answer.reply}`);
  return answer;
}
