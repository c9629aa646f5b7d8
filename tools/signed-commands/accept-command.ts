import type { Clock } from '../../contract/clock.ts';
import { type DeviceCommand, type SignedCommand, SignedCommandSchema } from '../../contract/signed-command.ts';
import type { Audit } from '../audit.ts';
import { publicKeyFrom } from './device-key.ts';
import type { ReplayStore } from './replay-store.ts';
import { isSignedBy } from './sign-command.ts';
import type { TrustedKey, TrustedKeys } from './trusted-keys.ts';

/** ms by which the clocks of two machines may differ. */
const SKEW_MS = 60_000;
/** ms: nobody may sign for later. */
const LONGEST_LIFE_MS = 5 * 60_000;

export interface AcceptOptions {
  /** Id of this host. */
  hostId: string;
  trusted: Pick<TrustedKeys, 'list'>;
  replays: Pick<ReplayStore, 'take'>;
  audit: Pick<Audit, 'write'>;
  clock: Clock;
  /** May one more refusal of somebody unknown go into the record? Anybody on the network can send them. */
  recordsStrangers?(): boolean;
}

export type Accepted = { accepted: true; command: DeviceCommand; sender: TrustedKey } | { accepted: false; reason: string };

/**
 * Takes a command of another device, once, when a key that a person trusts here has signed every word of it for this host and it is not too late.
 * Accepted or refused, it is in the record; without a record nothing is accepted. Rejects only when the disk refuses.
 */
export async function acceptCommand(value: unknown, options: AcceptOptions): Promise<Accepted> {
  const parsed = SignedCommandSchema.safeParse(value);
  if (!parsed.success) return refuse({ sender: 'unknown', nonce: '' }, undefined, 'It is no signed command.', options);
  const envelope = parsed.data;
  const { hostId, trusted, replays, audit, clock } = options;
  const sender = (await trusted.list()).find(({ id }) => id === envelope.sender);
  const reason = whyNot(envelope, sender, hostId, clock.now());
  if (reason !== undefined || sender === undefined) return refuse(envelope, sender, reason ?? UNKNOWN, options);
  // Last, so that only what is genuine fills the memory.
  const seen = await replays.take({ sender: sender.id, nonce: envelope.nonce, until: envelope.expiresAt + SKEW_MS }, clock.now());
  if (seen === 'replayed') return refuse(envelope, sender, 'It was taken already; the same command does not count twice.', options);
  if (seen === 'full') return refuse(envelope, sender, 'This device has sent too many commands in a short time.', options);
  await audit.write({ kind: 'signed', act: 'accepted', sender: sender.id, name: sender.name, nonce: envelope.nonce }, { durable: true });
  return { accepted: true, command: envelope.command, sender };
}

const UNKNOWN = 'This device is not trusted here. A person adds it with "jarvis trust add".';

function whyNot(envelope: SignedCommand, sender: TrustedKey | undefined, hostId: string, now: number): string | undefined {
  const key = sender === undefined ? undefined : publicKeyFrom(sender.publicKey);
  if (key === undefined) return UNKNOWN;
  if (!isSignedBy(envelope, key)) return 'Its signature does not fit: something in it was altered.';
  const { audience, issuedAt, expiresAt } = envelope;
  if (audience !== hostId) return 'It is meant for another host.';
  if (expiresAt < issuedAt || expiresAt - issuedAt > LONGEST_LIFE_MS) return 'It claims to be good for longer than a command may be.';
  if (issuedAt > now + SKEW_MS) return 'It comes from the future: the clocks of the two machines differ too much.';
  return now > expiresAt + SKEW_MS ? 'It came too late.' : undefined;
}

async function refuse(
  { sender, nonce }: { sender: string; nonce: string },
  known: TrustedKey | undefined,
  reason: string,
  { audit, recordsStrangers }: AcceptOptions,
): Promise<Accepted> {
  if (known === undefined && recordsStrangers?.() === false) return { accepted: false, reason };
  await audit.write({ kind: 'signed', act: 'refused', sender, nonce, reason, ...(known === undefined ? {} : { name: known.name }) });
  return { accepted: false, reason };
}
