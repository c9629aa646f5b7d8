import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../contract/clock.ts';

/** Proof of one yes; good once, for one digest, for a while. */
export interface Permit {
  approvalId: string;
  digest: string;
  /** ms since the epoch */
  expiresAt: number;
  /** The same moment on the clock that cannot be set back. */
  deadline: number;
  signature: Uint8Array;
}

/** Gives permits and takes each of them back once. */
export class Permits {
  readonly #clock: Clock;
  /** Given and not yet used; what is not here is spent. */
  readonly #unspent = new Set<string>();
  /** Never leaves this process: a permit from anywhere else is no permit. */
  readonly #key = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(bare: Omit<Permit, 'signature'>): Permit {
    this.#unspent.add(bare.approvalId);
    return { ...bare, signature: this.#sign(bare) };
  }

  /** True once, for the digest it was given for, before it expires. */
  redeem(permit: Permit | undefined, digest: string): boolean {
    if (permit === undefined || !timingSafeEqual(sized(permit.signature), this.#sign(permit))) return false;
    return this.#unspent.delete(permit.approvalId) && permit.digest === digest && !isOver(permit, this.#clock);
  }

  #sign({ approvalId, digest, expiresAt, deadline }: Omit<Permit, 'signature'>): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([approvalId, digest, expiresAt, deadline]))
      .digest();
  }
}

/** Either clock may end it: the wall clock also counts sleep, the other cannot be set back. */
export function isOver({ expiresAt, deadline }: { expiresAt: number; deadline: number }, clock: Clock): boolean {
  return clock.now() > expiresAt || clock.monotonic() > deadline;
}

/** Comparing in constant time wants equal lengths; a signature of another length is wrong anyhow. */
const sized = (signature: Uint8Array): Buffer => Buffer.concat([signature], 32);
