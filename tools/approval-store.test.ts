import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPROVALS_FILE, APPROVALS_KEY_FILE, type ApprovalRecord, openApprovalStore } from './approval-store.ts';

let folder: string;
const path = (): string => join(folder, APPROVALS_FILE);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-approvals-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record: ApprovalRecord = {
  pending: [
    {
      approval: {
        id: 'approval-1',
        turnId: 'turn-1',
        tool: 'door.open',
        sentence: 'Open the front door',
        input: { door: 'front' },
        risk: 'guarded',
        permissions: ['your home'],
        source: 'voice',
        digest: 'a'.repeat(64),
        askedAt: 1_000,
        expiresAt: 61_000,
      },
      repeat: { room: 'hall' },
    },
  ],
  days: [{ day: '2026-11-21', asked: 1, approved: 0, refused: 0, expired: 0 }],
};

describe('the store of approvals', () => {
  it('gives back what was saved, to another run as well', async () => {
    expect(await (await openApprovalStore(folder)).load()).toEqual({});
    await (await openApprovalStore(folder)).save(record);
    expect(await (await openApprovalStore(folder)).load()).toEqual({ record });
  });

  const edits: [what: string, edit: (text: string) => string | Uint8Array][] = [
    ['edited by hand', (text) => text.replace('"front"', '"back" ')],
    [
      'with its signature changed',
      (text) => text.replace(/"signature":"./u, (start) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`),
    ],
    ['without a signature', (text) => text.slice(text.indexOf('\n') + 1)],
    ['torn in the middle', (text) => text.slice(0, text.length / 2)],
    ['that lacks only its last byte', (text) => text.slice(0, -1)],
    ['that is empty', () => ''],
    ['of zeros', () => new Uint8Array(500)],
    ['of something else', () => '{"pending":[]}'],
    ['of another shape, long', () => `${'['.repeat(200_000)}\n`],
  ];
  it.each(edits)('refuses a file %s, lays it aside and goes on', async (_what, edit) => {
    const store = await openApprovalStore(folder);
    await store.save(record);
    await writeFile(path(), edit(await readFile(path(), 'utf8')));
    const loaded = await store.load();
    expect(loaded.record).toBeUndefined();
    expect(loaded.problem).toMatch(/cannot be trusted/u);
    expect(await readdir(folder)).toContain(`${APPROVALS_FILE}.refused`);
    await store.save(record);
    expect(await store.load()).toEqual({ record });
  });

  it('refuses the file of another installation', async () => {
    const other = await mkdtemp(join(tmpdir(), 'jarvis-approvals-'));
    try {
      await (await openApprovalStore(other)).save(record);
      const store = await openApprovalStore(folder);
      await writeFile(path(), await readFile(join(other, APPROVALS_FILE)));
      expect((await store.load()).problem).toMatch(/cannot be trusted/u);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('says what is wrong with a broken key instead of making everything look edited', async () => {
    await writeFile(join(folder, APPROVALS_KEY_FILE), 'short');
    await expect(openApprovalStore(folder)).rejects.toThrow(/no usable key/u);
  });
});
