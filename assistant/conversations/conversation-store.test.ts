import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openConversations } from '../../tests/fakes/open-conversations.ts';

describe('a conversation', () => {
  it('is a thread of what was said, named by its first words', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    const question = say(id, 'Hey Jarvis, could you tell me how lighthouses work? I always wondered.');
    const answer = say(id, 'With a lamp and a *lens*.', { role: 'jarvis' });
    const thread = store.thread(id);
    expect(thread.conversation).toMatchObject({
      title: 'How lighthouses work',
      named: false,
      messages: 2,
      head: answer,
      preview: 'With a lamp and a lens.',
    });
    expect(thread.messages.map(({ id: each, parentId, siblings }) => [each, parentId, siblings])).toEqual([
      [question, null, [question]],
      [answer, question, [answer]],
    ]);
  });

  it('keeps everything of a message', () => {
    const { store } = openConversations();
    const { id } = store.create();
    const kept = store.append({
      conversationId: id,
      role: 'jarvis',
      text: 'Done. ☂️ 日本 \ud83d\ude00',
      heard: 'Done.',
      stopped: true,
      turnId: 'turn',
      source: 'voice',
      person: 'Anna',
      steps: [{ requestId: 'r', tool: 'home.call-service', title: 'Operate the home', input: { a: [1, null] }, outcome: 'confirmed' }],
      sources: [{ title: 'The web', url: 'https://example.org' }],
      model: { provider: 'p', model: 'm', usage: { inputTokens: 1, outputTokens: 2, costMicros: 3 } },
      taint: [{ origin: 'web', name: 'example.org' }],
    });
    expect(store.message(kept.id)).toEqual(kept);
    expect(store.amend(kept.id, { heard: 'Do' })).toEqual({ ...kept, heard: 'Do' });
    expect(store.message(kept.id)).toEqual({ ...kept, heard: 'Do' });
  });

  it('has an edit as a sibling, and shows the branch that is chosen with what was said after it', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    const first = say(id, 'one');
    const reply = say(id, 'reply to one', { role: 'jarvis' });
    const edited = say(id, 'one, edited', { parentId: null });
    expect(store.thread(id).messages).toMatchObject([{ id: edited, siblings: [first, edited] }]);
    expect(store.setHead(id, first).head).toBe(reply);
    expect(store.path(id).map(({ text }) => text)).toEqual(['one', 'reply to one']);
    expect(store.list()[0]?.preview).toBe('reply to one');
  });

  it('can be branched, and the copy outlives the original with its files', () => {
    const { store, say, clock } = openConversations();
    const { id } = store.create();
    const file = store.addFile({ name: 'a.txt', mediaType: 'text/plain', text: 'the text' });
    const first = store.append({
      conversationId: id,
      role: 'person',
      text: 'look',
      turnId: 't',
      source: 'page',
      attachments: [file.id],
    }).id;
    const second = say(id, 'I see', { role: 'jarvis' });
    say(id, 'not copied');
    const branch = store.branch(id, second);
    expect(branch).toMatchObject({ title: 'Look', messages: 2, branchOf: { conversationId: id, messageId: second } });
    store.delete(id);
    return clock.advance(60_000).then(() => {
      store.tidy(0);
      expect(store.message(first)).toBeUndefined();
      const [copy] = store.path(branch.id);
      expect(copy).toMatchObject({ text: 'look', attachments: [{ name: 'a.txt', bytes: 8 }] });
      expect(store.files((copy?.attachments ?? []).map((each) => each.id))).toMatchObject([{ text: 'the text' }]);
      expect(store.files([file.id])).toEqual([]);
    });
  });

  it('is listed newest first, page by page, however quickly they were made', () => {
    const { store } = openConversations();
    const made = Array.from({ length: 25 }, () => store.create().id);
    const seen: string[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const page = store.list({ limit: 10, before });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.updatedAt ?? 0;
    }
    expect(seen).toEqual(made.toReversed());
  });

  it('keeps the name a person gave it', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    store.rename(id, '  Holidays ');
    say(id, 'Where shall we go?');
    store.suggestTitle(id, 'Travel plans');
    expect(store.conversation(id)).toMatchObject({ title: 'Holidays', named: true });
  });

  it('that is deleted is gone at once, can be had back for half a minute, and then leaves the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-conversations-'));
    try {
      const { store, say, clock, database } = openConversations(join(folder, 'chat.db'));
      const { id } = store.create();
      say(id, 'my most particular secret');
      const { restorableUntil } = store.delete(id);
      expect(restorableUntil).toBe(clock.now() + 30_000);
      expect(store.list()).toEqual([]);
      expect(store.search('secret')).toEqual([]);
      expect(() => store.thread(id)).toThrow('not there any more');
      await clock.advance(29_000);
      expect(store.tidy(0).conversations).toBe(0);
      expect(store.restore(id).title).toBe('My most particular secret');
      store.delete(id);
      await clock.advance(30_000);
      expect(store.tidy(0).conversations).toBe(1);
      expect(() => store.restore(id)).toThrow('not there any more');
      for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).includes('particular')).toBe(false);
      database.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('leaves when it is older than people want to keep it', async () => {
    const { store, say, clock } = openConversations();
    const old = store.create().id;
    await clock.advance(5 * 86_400_000);
    const fresh = store.create().id;
    say(fresh, 'hello');
    await clock.advance(6 * 86_400_000);
    store.tidy(0);
    expect(store.list()).toHaveLength(2);
    store.tidy(10);
    expect(store.find(old)).toBeUndefined();
    expect(store.find(fresh)).toBeDefined();
  });

  it('refuses in words what is not there or too large', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    const other = say(store.create().id, 'x');
    expect(() => say('nowhere', 'x')).toThrow('That conversation is not there any more.');
    expect(() => say(id, 'x', { parentId: other })).toThrow('not there any more');
    expect(() => store.setHead(id, other)).toThrow('That message is not there any more.');
    expect(() => store.branch(id, other)).toThrow('That message is not there any more.');
    expect(() => say(id, 'x'.repeat(1_000_001))).toThrow('too long');
    expect(() => store.addFile({ name: 'big.txt', mediaType: 'text/plain', text: 'x'.repeat(2_000_001) })).toThrow('big.txt is too long');
    expect(() =>
      store.append({ conversationId: id, role: 'person', text: 'x', turnId: 't', source: 'page', attachments: ['none'] }),
    ).toThrow('A file');
    expect(store.conversation(id).messages).toBe(0);
  });
});

describe('the search', () => {
  it('finds all words wherever they stand, the last one unfinished, with marks around them', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    say(id, 'We went to the galleries in Café Royal');
    say(id, 'No galleries here', { role: 'jarvis' });
    expect(store.search('cafe gall')).toMatchObject([{ role: 'person', snippet: 'We went to the [[galleries]] in [[Café]] Royal' }]);
    expect(store.search('gallery')).toHaveLength(2);
    expect(store.search('gallery royal nothing')).toEqual([]);
  });

  it('takes nothing that is typed for a command', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    say(id, 'a "quoted" thing AND (another) OR text:more NEAR/2 x* ^y - [[z]]');
    for (const words of [
      '"quoted"',
      'AND',
      '(another)',
      'text:more',
      'NEAR/2',
      'x*',
      '^y',
      '"',
      '""',
      '*',
      '-',
      "it's",
      'a" OR "b',
      '[[z]]',
      '\0x',
    ]) {
      expect(() => store.search(words)).not.toThrow();
    }
    expect(store.search('text:more')).toHaveLength(1);
    expect(store.search('"')).toEqual([]);
    expect(store.search('another')[0]?.snippet).not.toMatch(/\[\[z/u);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (words) => Array.isArray(store.search(words))));
  });

  it('follows what is changed and taken back', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    say(id, 'first');
    const message = say(id, 'apples', { role: 'jarvis' });
    store.amend(message, { text: 'pears' });
    expect([store.search('apples').length, store.search('pears').length]).toEqual([0, 1]);
    store.withdraw(message);
    expect(store.search('pears')).toEqual([]);
    expect(store.thread(id).messages).toHaveLength(1);
  });
});

describe('the tree of a conversation', () => {
  type Step = { type: 'say'; below: number } | { type: 'root' } | { type: 'show'; which: number } | { type: 'withdraw' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('say' as const), below: fc.nat(100) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('root' as const) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('show' as const), which: fc.nat(100) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('withdraw' as const) }) },
  );

  it('always has one path from its root to its head, with all siblings, as a plain list of parents says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { store, say, database } = openConversations();
        const { id } = store.create();
        store.rename(id, 'kept');
        /** The tree as it should be: child to parent, in the order they were made. */
        const parents = new Map<string, string | null>();
        let head: string | null = null;
        const leafBelow = (from: string): string => {
          const child = [...parents].findLast(([, parent]) => parent === from)?.[0];
          return child === undefined ? from : leafBelow(child);
        };
        const at = (index: number): string | undefined => [...parents.keys()][index % Math.max(1, parents.size)];
        for (const each of steps) {
          if (each.type === 'say' || each.type === 'root') {
            const parent = each.type === 'root' ? null : (at(each.below) ?? null);
            head = say(id, 'words', { parentId: parent });
            parents.set(head, parent);
          } else if (each.type === 'show') {
            const which = at(each.which);
            if (which === undefined) continue;
            head = leafBelow(which);
            store.setHead(id, which);
          } else if (head !== null && parents.size > 1) {
            const parent: string | null = parents.get(head) ?? null;
            store.withdraw(head);
            parents.delete(head);
            const beside: string | undefined = parent ?? [...parents].findLast(([, each]) => each === null)?.[0];
            head = beside === undefined ? null : leafBelow(beside);
          }
        }
        const path: string[] = [];
        for (let each = head; each !== null; each = parents.get(each) ?? null) path.unshift(each);
        const { conversation, messages } = store.thread(id);
        expect(messages.map((message) => message.id)).toEqual(path);
        expect({ head: conversation.head, messages: conversation.messages }).toEqual({ head, messages: parents.size });
        for (const message of messages) {
          expect(message.siblings).toEqual([...parents].filter(([, parent]) => parent === message.parentId).map(([child]) => child));
        }
        expect(store.search('words', { limit: 1000 })).toHaveLength(parents.size);
        database.close();
      }),
      { numRuns: 150 },
    );
  });

  it('takes nothing back that something follows', () => {
    const { store, say } = openConversations();
    const { id } = store.create();
    const first = say(id, 'one');
    say(id, 'two');
    expect(() => store.withdraw(first)).toThrow('said after');
  });
});

describe('a process that is killed in the middle of writing', () => {
  it('has lost nothing that it said was kept', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-killed-'));
    try {
      const path = join(folder, 'chat.db');
      const said: string[] = [];
      for (let run = 0; run < 6; run += 1) {
        const program = resolve(import.meta.dirname, '../../tests/fakes/write-messages.ts');
        const child = spawn(process.execPath, [program, path, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
        let out = '';
        const enough = 5 + run * 17;
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          out += text;
          if (out.split('\n').length > enough) child.kill('SIGKILL');
        });
        await once(child, 'close');
        said.push(...out.split('\n').slice(0, -1));
      }
      const { store, database } = openConversations(path);
      expect(said.length).toBeGreaterThan(200);
      expect(said.filter((id) => store.message(id) === undefined)).toEqual([]);
      expect(database.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
      expect(store.list().every(({ id, messages }) => store.path(id).length === messages)).toBe(true);
      expect(store.search('run 3', { limit: 1000 }).length).toBeGreaterThan(50);
      database.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
