import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALLOWED_EFFECTS, ALLOWED_REACH } from './allowed-effects.ts';
import { FOLDERS } from './cruise.ts';
import { effectImportsOf, ownImportsOf, readSource } from './effect-imports.ts';

const house = resolve(import.meta.dirname, '../..');

/** Everything that runs, the scripts that start it included; tests may touch what they like. */
const sources = FOLDERS.flatMap((folder) => {
  try {
    return readdirSync(join(house, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(house, folder, name));
  } catch {
    return [];
  }
})
  .filter((path) => /\.(ts|mjs|js)$/u.test(path) && !/\.(test|d)\.ts$/u.test(path) && !path.includes('node_modules'))
  .map((file) => readSource(house, file));

const effects = sources.flatMap(({ path, text }) => effectImportsOf(path, text));
const covers = (allowed: string, path: string): boolean => (allowed.endsWith('/') ? path.startsWith(allowed) : path === allowed);

describe('a module that touches the world by itself', () => {
  it('is a tool, or is on the list with a reason', () => {
    const strangers = effects.filter(
      ({ path, kind }) =>
        !path.startsWith('tools/') && !ALLOWED_EFFECTS.some((allowed) => covers(allowed.path, path) && allowed.kinds.includes(kind)),
    );
    expect(strangers.map(({ path, line, what }) => `${path}:${line} takes ${what}`)).toEqual([]);
    // It must have looked: at programs, files and sockets where they are known to be.
    for (const known of ['main/supervisor/fork-launcher.ts programs', 'store/atomic-file.ts files', 'iot/mqtt/mqtt-connection.ts sockets'])
      expect(effects.map(({ path, kind }) => `${path} ${kind}`)).toContain(known);
  });

  it('is on the list no longer than it needs to be', () => {
    const idle = ALLOWED_EFFECTS.flatMap(({ path, kinds }) =>
      kinds.filter((kind) => !effects.some((each) => covers(path, each.path) && each.kind === kind)).map((kind) => `${path} ${kind}`),
    );
    expect(idle).toEqual([]);
    expect(ALLOWED_EFFECTS.filter(({ because }) => because.length < 10)).toEqual([]);
  });

  it('is, among the tools, reached by those alone who put the gate together', () => {
    const effectful = new Set(effects.map(({ path }) => path).filter((path) => path.startsWith('tools/')));
    const reaches = sources
      .filter(({ path }) => !path.startsWith('tools/'))
      .flatMap(({ path, text }) => ownImportsOf(path, text).flatMap((to) => (effectful.has(to) ? [{ from: path, to }] : [])));
    const strangers = reaches.filter(({ from, to }) => !ALLOWED_REACH.some((allowed) => allowed.from === from && covers(allowed.to, to)));
    expect(strangers.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
    const idle = ALLOWED_REACH.filter((allowed) => !reaches.some(({ from, to }) => allowed.from === from && covers(allowed.to, to)));
    expect(idle.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

describe('the eye for effects', () => {
  const seen = (text: string): string[] => effectImportsOf('x.ts', text).map(({ kind, what }) => `${kind}: ${what}`);

  it.each([
    ["import { spawn } from 'node:child_process';", 'programs: spawn of node:child_process'],
    ["import { exec as harmless } from 'child_process';", 'programs: exec of child_process'],
    ["import * as anything from 'node:child_process';", 'programs: * of node:child_process'],
    ["export { spawn } from 'node:child_process';", 'programs: * of node:child_process'],
    ["import fs from 'node:fs';", 'files: * of node:fs'],
    ["import { promises } from 'node:fs';", 'files: promises of node:fs'],
    ["import { type Stats, rm } from 'node:fs/promises';", 'files: rm of node:fs/promises'],
    ["import 'node:net';", 'sockets: * of node:net'],
    ["import { connect } from 'mqtt';", 'sockets: connect of mqtt'],
    ["const late = await import('node:child_process');", 'programs: * of node:child_process'],
    ['const late = await import(`node:dgram`);', 'sockets: * of node:dgram'],
    ["const old = require('fs');", 'files: * of fs'],
    ["const hidden = process.getBuiltinModule('node:net');", 'sockets: * of node:net'],
    ["const named = await import('node:' + 'net');", 'unknown: something that is named at run time'],
    ["import { createRequire } from 'node:module';", 'unknown: createRequire of node:module'],
    ["await fetch('http://x');", 'sockets: fetch'],
    ['const mine = fetch;', 'sockets: fetch'],
    ['send(globalThis.fetch);', 'sockets: fetch'],
    ["new WebSocket('ws://x');", 'sockets: WebSocket'],
    ['process.kill(1);', 'programs: process.kill'],
  ])('sees %s', (text, what) => expect(seen(text)).toContain(what));

  it.each([
    "import { readFile, stat } from 'node:fs/promises';",
    "import type { ChildProcess } from 'node:child_process';",
    "import { type Server } from 'node:net';",
    "import { isIP } from 'node:net';",
    "import { join } from 'node:path';",
    "const text = 'import { spawn } from node:child_process';",
    '// process.kill(1)',
    'thing.fetch();',
    'interface Thing { fetch(): void; WebSocket: 1 }',
    "await import('./later.ts');",
  ])('lets %s be', (text) => expect(seen(text)).toEqual([]));

  it('follows imports of values, early and late, and not those of types', () => {
    const text =
      "import './a.ts'; import type { B } from './b.ts'; import { type C } from './c.ts'; const d = import('../d.ts'); export * from './e.ts';";
    expect(ownImportsOf('main/x.ts', text)).toEqual(['main/a.ts', 'd.ts', 'main/e.ts']);
  });
});
