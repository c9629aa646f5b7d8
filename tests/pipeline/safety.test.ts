import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditEntrySchema } from '../../contract/audit.ts';
import { jarvis, jsonLines, makeWorkplace, type Workplace } from './run-jarvis.ts';
import { type RunningHost, startHost } from './running-host.ts';

const LIMIT = 120_000;

const one = (text: string): unknown => jsonLines(text)[0];

describe('without a running JARVIS', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await makeWorkplace();
  });
  afterAll(() => place[Symbol.asyncDispose]());
  const run = (args: string[], input?: string) => jarvis(args, { data: place.data, ...(input === undefined ? {} : { input }) });

  it(
    'secrets go in by stdin, are listed by name, rotated and forgotten, and never come out',
    async () => {
      const VALUE = 'canary-7f3a';
      expect(one((await run(['secrets', 'set', 'weather key', '--stdin', '--json'], `${VALUE}\n`)).stdout)).toEqual({
        name: 'weather key',
        replaced: false,
      });
      expect(one((await run(['secrets', 'list', '--json'])).stdout)).toEqual({ names: ['weather key'] });
      expect((await run(['secrets', 'rotate', 'weather key', '--generate'])).code).toBe(0);
      expect((await run(['secrets', 'rotate', 'nothing', '--generate'])).stderr).toContain('There is no secret "nothing"');
      expect((await run(['secrets', 'set', 'x'])).stderr).toContain('--stdin');
      expect((await run(['secrets', 'rotate', '--key'])).stdout).toContain('sealed with a new key');
      expect(one((await run(['secrets', 'delete', 'weather key', '--json'])).stdout)).toEqual({ name: 'weather key', deleted: true });
      const entries = jsonLines((await run(['audit', 'search', '--json'])).stdout).map((line) => AuditEntrySchema.parse(line));
      expect(entries.filter(({ kind }) => kind === 'secret').map(({ act, name }) => `${act} ${name}`)).toEqual([
        'forgotten weather key',
        'replaced key of the secrets',
        'replaced weather key',
        'kept weather key',
      ]);
    },
    LIMIT,
  );

  it(
    'a stop waits for whoever starts, and only "resume" takes it away',
    async () => {
      expect(one((await run(['stop', '--json'])).stdout)).toEqual({ stopped: true, running: false });
      const asked = await run(['ask', '--home', 'demo', 'turn on the kitchen light']);
      expect(asked.code).toBe(1);
      expect(asked.stdout).toContain('stopped');
      const report = z
        .object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })) })
        .parse(one((await run(['doctor', '--json'])).stdout));
      expect(report.checks).toContainEqual(
        expect.objectContaining({ name: 'emergency stop', ok: false, detail: expect.stringContaining('by cli') }),
      );
      expect((await run(['resume'])).stderr).toContain('--yes');
      expect(one((await run(['resume', '--yes', '--json'])).stdout)).toEqual({ released: true });
      expect(one((await run(['resume', '--yes', '--json'])).stdout)).toEqual({ released: false });
      expect((await run(['ask', '--home', 'demo', 'turn on the kitchen light'])).code).toBe(0);
    },
    LIMIT,
  );

  it(
    'the record is searched, exported and verified, and names the line that was altered',
    async () => {
      await run(['ask', '--home', 'demo', 'turn on the kitchen light']);
      const found = jsonLines((await run(['audit', 'search', '--tool', 'home.*', '--json'])).stdout).map((line) =>
        AuditEntrySchema.parse(line),
      );
      const task = found.find(({ outcome }) => outcome === 'confirmed')?.turnId ?? '';
      const file = place.path('export.json');
      expect((await run(['audit', 'export', '--task', task, '--output', file])).code).toBe(0);
      expect(one((await run(['audit', 'verify', file, '--json'])).stdout)).toMatchObject({ ok: true, own: true });
      await writeFile(file, (await readFile(file, 'utf8')).replace('confirmed', 'denied'));
      expect((await run(['audit', 'verify', file])).code).toBe(1);
      expect((await run(['audit', 'export', '--task', 'never'])).stderr).toContain('knows no task never');
      expect(jsonLines((await run(['audit', 'tail', '-n', '3', '--json'])).stdout)).toHaveLength(3);
      expect((await run(['audit', 'search', '--since', 'yesterday-ish'])).stderr).toContain('is no time');
      expect((await run(['audit', 'search', '--outcome', 'splendid'])).code).toBe(1);
      expect(one((await run(['audit', 'verify', '--json'])).stdout)).toMatchObject({ ok: true, problems: [] });
      const record = join(place.data, 'audit', 'audit.jsonl');
      const lines = (await readFile(record, 'utf8')).split('\n');
      await writeFile(record, lines.with(0, (lines[0] ?? '').replace('"kind"', '"KIND"')).join('\n'));
      const broken = await run(['audit', 'verify']);
      expect(broken.code).toBe(1);
      expect(broken.stdout).toContain('audit.jsonl line 1 was altered');
    },
    LIMIT,
  );
});

describe('beside a running JARVIS', () => {
  let host: RunningHost;
  let device: Workplace;
  beforeAll(async () => {
    host = await startHost();
    device = await makeWorkplace();
  }, LIMIT);
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await device[Symbol.asyncDispose]();
  });
  const run = (args: string[], input?: string) => jarvis(args, { data: host.data, ...(input === undefined ? {} : { input }) });
  const status = async () =>
    z.object({ stopped: z.object({ at: z.number(), by: z.string() }).optional() }).parse((await host.call('GET', '/status')).answer);

  it(
    '"stop everything" is heard, holds for everybody, and is released by a person who says yes',
    async () => {
      expect(await host.ask('turn on the kitchen light')).not.toContain('stopped');
      expect(await host.ask('stop everything')).toContain('Everything is stopped');
      expect((await status()).stopped).toMatchObject({ by: expect.any(String) });
      expect(await host.ask('turn off the kitchen light')).toContain('stopped');
      expect((await run(['ask', 'turn off the kitchen light'])).stdout).toContain('stopped');
      expect(await host.ask('release the emergency stop')).toContain('A person has to release me');
      expect((await status()).stopped).toBeDefined();
      expect(one((await run(['resume', '--yes', '--json'])).stdout)).toEqual({ released: true });
      expect((await status()).stopped).toBeUndefined();
      expect(await host.ask('turn off the kitchen light')).not.toContain('stopped');
    },
    LIMIT,
  );

  it(
    'the command line stops it, and the record says who did',
    async () => {
      expect(one((await run(['stop', '--json'])).stdout)).toEqual({ stopped: true, running: true });
      expect((await status()).stopped).toMatchObject({ by: 'cli' });
      expect(await readdir(host.data)).toContain('stopped.json');
      await run(['resume', '--yes']);
      const { answer } = await host.call('POST', '/audit/search', { text: '"stop"', limit: 2 });
      expect(z.object({ entries: z.array(AuditEntrySchema) }).parse(answer).entries).toMatchObject([
        { kind: 'stop', act: 'released', by: 'cli' },
        { kind: 'stop', act: 'stopped', by: 'cli' },
      ]);
      expect((await host.call('POST', '/audit/verify')).answer).toMatchObject({ ok: true, problems: [] });
    },
    LIMIT,
  );

  it(
    'takes the commands of a device that was trusted, for its person, and of no other',
    async () => {
      const keySchema = z.object({ publicKey: z.string(), host: z.string() });
      const own = keySchema.parse(one((await run(['trust', 'key', '--json'])).stdout));
      const theirs = keySchema.parse(one((await jarvis(['trust', 'key', '--json'], { data: device.data })).stdout));
      const holder = z.object({ address: z.string() }).parse(JSON.parse(await readFile(join(host.data, 'host.lock'), 'utf8')));
      const ask = (text: string, id = own.host) => jarvis(['ask', text, '--to', holder.address, '--host', id], { data: device.data });

      expect((await ask('what time is it')).stderr).toContain('not trusted here');
      expect((await run(['trust', 'add', theirs.publicKey, '--name', 'phone', '--person', 'Anna'])).code).toBe(0);
      const answered = await ask('what time is it');
      expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining('It is') });
      expect((await ask('what time is it', 'another-host')).stderr).toContain('meant for another host');
      expect((await ask('turn on the kitchen light')).code).toBe(0);
      expect((await run(['trust', 'list', '--json'])).stdout).toContain('"name":"Anna"');
      expect((await run(['trust', 'remove', 'phone'])).code).toBe(0);
      expect((await ask('what time is it')).stderr).toContain('not trusted here');
      const entries = jsonLines((await run(['audit', 'search', '--json', '"signed"'])).stdout).map((line) => AuditEntrySchema.parse(line));
      expect(entries.map(({ act }) => act)).toEqual(['refused', 'accepted', 'refused', 'accepted', 'refused']);
      // The same door lets in nothing else.
      for (const path of ['/api/status', '/api/signed/../status', '/api/signed?x', '/api//signed']) {
        expect((await fetch(`${holder.address}${path}`)).status).not.toBe(200);
      }
    },
    LIMIT,
  );
});
