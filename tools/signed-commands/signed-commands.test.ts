import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedCommand } from '../../contract/signed-command.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { AuditBody } from '../audit-entry.ts';
import { type AcceptOptions, acceptCommand } from './accept-command.ts';
import { keyId, openDeviceKey, publicKeyOf } from './device-key.ts';
import { ReplayStore } from './replay-store.ts';
import { isSignedBy, signCommand } from './sign-command.ts';
import { TrustedKeys } from './trusted-keys.ts';

const nonce = (): string => randomBytes(16).toString('base64url');
const anna = { name: 'Anna', role: 'user' as const };

let folder: string;
let clock: FakeClock;
let recorded: AuditBody[];
let trusted: TrustedKeys;
let options: AcceptOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-signed-'));
  clock = new FakeClock();
  recorded = [];
  trusted = new TrustedKeys(folder);
  options = {
    hostId: 'host-1',
    trusted,
    replays: new ReplayStore(folder),
    audit: { write: async (bodies) => void recorded.push(...(Array.isArray(bodies) ? bodies : [bodies])) },
    clock,
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function device(name: string, trust = true) {
  const home = await mkdtemp(join(folder, name));
  const key = await openDeviceKey(home);
  if (trust) await trusted.add({ publicKey: publicKeyOf(key), name, person: anna, addedAt: clock.now() });
  const send = (text = 'turn on the light', more: Partial<{ audience: string; now: number; nonce: string }> = {}) =>
    signCommand({ type: 'ask', text }, { key, audience: 'host-1', now: clock.now(), nonce: nonce(), ...more });
  return { key, home, send };
}

describe('a signed command', () => {
  it('is taken from a trusted device, with the person it speaks for, and stands in the record', async () => {
    const phone = await device('phone');
    const accepted = await acceptCommand(phone.send(), options);
    expect(accepted).toMatchObject({
      accepted: true,
      command: { type: 'ask', text: 'turn on the light' },
      sender: { name: 'phone', person: anna },
    });
    expect(recorded).toMatchObject([{ kind: 'signed', act: 'accepted', name: 'phone' }]);
  });

  it('is taken once, also after a restart', async () => {
    const phone = await device('phone');
    const envelope = phone.send();
    expect(await acceptCommand(envelope, options)).toMatchObject({ accepted: true });
    expect(await acceptCommand(envelope, options)).toMatchObject({ accepted: false, reason: expect.stringContaining('taken already') });
    const restarted = { ...options, replays: new ReplayStore(folder) };
    expect(await acceptCommand(envelope, restarted)).toMatchObject({ accepted: false, reason: expect.stringContaining('taken already') });
    expect(recorded.map((body) => 'act' in body && body.act)).toEqual(['accepted', 'refused', 'refused']);
  });

  it('counts once when it comes many times at the same moment', async () => {
    const phone = await device('phone');
    const envelope = phone.send();
    const answers = await Promise.all(Array.from({ length: 20 }, () => acceptCommand(envelope, options)));
    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
  });

  it.each([
    ['an unknown device', async () => (await device('stranger', false)).send(), 'not trusted here'],
    ['one for another host', async () => (await device('phone')).send('hello', { audience: 'host-2' }), 'another host'],
    ['one from the future', async () => (await device('phone')).send('hello', { now: clock.now() + 61_000 }), 'from the future'],
    ['one that came too late', async () => (await device('phone')).send('hello', { now: clock.now() - 120_001 }), 'too late'],
    ['garbage', async () => ({ hello: 'world' }), 'no signed command'],
    ['nothing', async () => undefined, 'no signed command'],
    ['an unknown member', async () => ({ ...(await device('phone')).send(), extra: 1 }), 'no signed command'],
  ])('is refused with a reason: %s', async (_what, make, reason) => {
    const answer = await acceptCommand(await make(), options);
    expect(answer).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
    expect(recorded).toMatchObject([{ kind: 'signed', act: 'refused', reason: expect.stringContaining(reason) }]);
  });

  it('may come a little late or early, since clocks differ', async () => {
    const phone = await device('phone');
    for (const shift of [-119_000, 59_000]) {
      expect(await acceptCommand(phone.send('hello', { now: clock.now() + shift }), options)).toMatchObject({ accepted: true });
    }
  });

  it('is refused when it claims a longer life than a command may have', async () => {
    const phone = await device('phone');
    const { signature: _, ...bare } = phone.send();
    const { sign } = await import('node:crypto');
    const { canonicalJson } = await import('../canonical-json.ts');
    const long = { ...bare, expiresAt: bare.issuedAt + 3_600_000 };
    const signature = sign(null, Buffer.from(`jarvis signed command\n${canonicalJson(long)}`), phone.key).toString('base64url');
    expect(await acceptCommand({ ...long, signature }, options)).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('longer'),
    });
  });

  it('of a device that was removed counts no more, at once', async () => {
    const phone = await device('phone');
    expect(await trusted.remove('phone')).toMatchObject({ name: 'phone' });
    expect(await acceptCommand(phone.send(), options)).toMatchObject({ accepted: false });
    expect(await trusted.remove('phone')).toBeUndefined();
  });

  it('does not come back to life when the clock is set back', async () => {
    const phone = await device('phone');
    const old = phone.send();
    await acceptCommand(old, options);
    await clock.advance(10 * 60_000);
    // Another one makes room: the old one is forgotten by its nonce.
    expect(await acceptCommand(phone.send(), options)).toMatchObject({ accepted: true });
    const setBack = { ...options, clock: new FakeClock(old.issuedAt + 1), replays: new ReplayStore(folder) };
    expect(await acceptCommand(old, setBack)).toMatchObject({ accepted: false, reason: expect.stringContaining('taken already') });
  });

  it('is bounded for each device, and one device does not crowd out another', async () => {
    const until = clock.now() + 60_000;
    const seen = Array.from({ length: 499 }, (_, index) => ['a', `${index}`, until]);
    await writeFile(join(folder, 'signed-commands.json'), JSON.stringify({ seen, forgottenUntil: 0 }));
    const replays = new ReplayStore(folder);
    expect(await replays.take({ sender: 'a', nonce: '7', until }, clock.now())).toBe('replayed');
    expect(await replays.take({ sender: 'a', nonce: 'last', until }, clock.now())).toBe('fresh');
    expect(await replays.take({ sender: 'a', nonce: 'more', until }, clock.now())).toBe('full');
    expect(await replays.take({ sender: 'b', nonce: 'more', until }, clock.now())).toBe('fresh');
    expect(await replays.take({ sender: 'a', nonce: 'later', until: until + 120_000 }, until + 1)).toBe('fresh');
    expect((await stat(join(folder, 'signed-commands.json'))).size).toBeLessThan(60_000);
  });

  it('is not carried out when it cannot be remembered', async () => {
    const phone = await device('phone');
    await writeFile(join(folder, 'signed-commands.json'), 'damaged');
    await expect(acceptCommand(phone.send(), { ...options, replays: new ReplayStore(folder) })).rejects.toThrow();
    expect(recorded).toEqual([]);
  });

  it('fits only as a whole: whatever is changed in it, the signature fits no more', async () => {
    const phone = await device('phone');
    const envelope = phone.send('unlock the front door');
    const change = fc.oneof(
      fc.record({ audience: fc.string({ minLength: 1, maxLength: 100 }) }),
      fc.record({ nonce: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url')) }),
      fc.record({ issuedAt: fc.nat() }),
      fc.record({ expiresAt: fc.nat() }),
      fc.record({ command: fc.record({ type: fc.constant('ask' as const), text: fc.string({ minLength: 1, maxLength: 50 }) }) }),
      fc.record({ command: fc.constant({ type: 'stop' as const }) }),
      fc.record({ signature: fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url')) }),
    );
    fc.assert(
      fc.property(change, (changed) => {
        const altered: SignedCommand = { ...envelope, ...changed };
        return JSON.stringify(altered) === JSON.stringify(envelope) || !isSignedBy(altered, phone.key);
      }),
      { numRuns: 500 },
    );
    expect(isSignedBy(envelope, phone.key)).toBe(true);
  });

  it('is accepted exactly when it is genuine, in time and new, in whatever order commands come', async () => {
    const phone = await device('phone');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(4), fc.integer({ min: -200_000, max: 100_000 })), { maxLength: 12 }), async (sent) => {
        await rm(join(folder, 'signed-commands.json'), { force: true });
        const fresh = { ...options, replays: new ReplayStore(folder) };
        const taken = new Set<string>();
        for (const [number, shift] of sent) {
          const once = `${number}`.padStart(21, 'A').concat('A');
          const answer = await acceptCommand(phone.send('hello', { nonce: once, now: clock.now() + shift }), fresh);
          const inTime = shift <= 60_000 && shift >= -120_000;
          expect(answer.accepted).toBe(inTime && !taken.has(once));
          if (answer.accepted) taken.add(once);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the keys that are trusted', () => {
  it('are none at first, and are kept from other accounts', async () => {
    expect(await trusted.list()).toEqual([]);
    const phone = await device('phone');
    expect((await stat(trusted.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(phone.home, 'device-key.pem'))).mode & 0o777).toBe(0o600);
    expect(publicKeyOf(await openDeviceKey(phone.home))).toBe(publicKeyOf(phone.key));
  });

  it.each(['', 'x', 'A'.repeat(42), `${'A'.repeat(43)}!`, '🔑'])('takes no key that is none: %j', async (text) => {
    await expect(trusted.add({ publicKey: text, name: 'x', person: anna, addedAt: 0 })).rejects.toThrow('no public key');
  });

  it('believe no file in which a key bears the name of another', async () => {
    const phone = await device('phone');
    const kept = (await readFile(trusted.path, 'utf8')).replace(keyId(publicKeyOf(phone.key)), 'A'.repeat(43));
    await writeFile(trusted.path, kept);
    await expect(trusted.list()).rejects.toThrow('damaged');
    await writeFile(trusted.path, '[{"id":');
    await expect(trusted.list()).rejects.toThrow('damaged');
  });
});
