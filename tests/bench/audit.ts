import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { verifyAudit } from '../../tools/audit.ts';
import { type AuditBody, CHAIN_START, sealLine } from '../../tools/audit-entry.ts';
import { AUDIT_KEY_FILE, signCheckpoint, signHead } from '../../tools/audit-key.ts';
import { searchAudit } from '../../tools/search-audit.ts';
import type { BenchSection } from './report.ts';
import type { BenchPart } from './run-parts.ts';

const ENTRIES = 1_000_000;
/** Lines between two signatures, as the writer has it. */
const CHECKPOINT_LINES = 100;

/** A million entries as a host writes them: what a call leaves behind, and a signature after every hundred lines. */
export const auditPart: BenchPart = async (): Promise<BenchSection> => {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-audit-'));
  try {
    const sealed = await fill(folder);
    const { size } = await stat(join(folder, 'audit.jsonl'));
    let peak = process.memoryUsage().rss;
    const before = peak;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const began = performance.now();
    const { lines, problems } = await verifyAudit(folder);
    const verifyMs = performance.now() - began;
    clearInterval(watch);
    if (problems.length > 0 || lines !== sealed.lines)
      throw new Error(`the record made for this is broken: ${JSON.stringify(problems[0])}`);
    const looking = performance.now();
    const page = await searchAudit(folder, { tool: 'home.*', limit: 50 });
    const pageMs = performance.now() - looking;
    const rare = performance.now();
    const found = await searchAudit(folder, { turnId: 'turn-1', limit: 50 });
    const rareMs = performance.now() - rare;
    return {
      title: 'audit',
      notes: [`${lines} lines, ${Math.round(size / 2 ** 20)} MB, a signature after every ${CHECKPOINT_LINES} lines`],
      figures: [
        { name: 'verify a million entries', value: Math.round(verifyMs / 100) / 10, unit: 's', target: '≤ 10 s' },
        { name: 'verified', value: Math.round(lines / (verifyMs / 1000)), unit: 'entries/s' },
        { name: 'memory above that before', value: Math.round((peak - before) / 2 ** 20), unit: 'MB' },
        { name: 'sealed (in memory, no disk)', value: Math.round(sealed.lines / (sealed.ms / 1000)), unit: 'entries/s' },
        { name: 'newest page of 50', value: Math.round(pageMs * 10) / 10, unit: 'ms', detail: `${page.entries.length} entries` },
        { name: 'one turn at the far end', value: Math.round(rareMs), unit: 'ms', detail: `${found.entries.length} entries` },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function fill(folder: string): Promise<{ lines: number; ms: number }> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(join(folder, AUDIT_KEY_FILE), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const path = join(folder, 'audit.jsonl');
  const out = createWriteStream(path);
  let end = CHAIN_START;
  let text = '';
  let ms = 0;
  for (let index = 0; index < ENTRIES; index += 1) {
    const began = performance.now();
    const line = sealLine(bodyOf(index), new Date(Date.UTC(2026, 0, 1) + index * 100).toISOString(), end);
    ({ end } = line);
    text += line.text;
    if ((index + 1) % CHECKPOINT_LINES === 0) {
      const checkpoint = sealLine({ kind: 'checkpoint', signature: signCheckpoint(privateKey, end.hash) }, new Date(0).toISOString(), end);
      ({ end } = checkpoint);
      text += checkpoint.text;
    }
    ms += performance.now() - began;
    if (text.length > 1_000_000) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await once(out, 'close');
  await writeFile(`${path}.head`, signHead(privateKey, end));
  return { lines: end.sequence, ms };
}

function bodyOf(index: number): AuditBody {
  const call = {
    requestId: `request-${index}`,
    turnId: `turn-${Math.floor(index / 3) + 1}`,
    tool: 'home.call-service',
    digest: index.toString(16).padStart(64, '0'),
  };
  const input = { data: { brightness: index % 255 }, entityIds: [`light.room_${index % 200}`], service: 'light.turn_on' };
  if (index % 3 === 0) return { kind: 'requested', ...call, source: 'voice', risk: 'change', input, dryRun: false };
  return index % 3 === 1 ? { kind: 'started', ...call } : { kind: 'ended', ...call, outcome: 'confirmed' };
}
