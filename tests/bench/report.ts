import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** One figure of a benchmark: what, how much, its unit, and what is aimed at. */
export interface Figure {
  name: string;
  value: number | string;
  unit: string;
  target?: string;
  /** How it was counted: "127 of 130". */
  detail?: string;
}

export interface BenchSection {
  title: string;
  /** What was run on what; skipped parts say so here. */
  notes: string[];
  figures: Figure[];
  /** It ended with this error; the figures are those of the other parts. */
  error?: string;
}

export interface BenchReport {
  suite: string;
  machine: { cpu: string; cores: number; memoryGb: number; node: string };
  /** Processes that wanted a processor in the last minute; above the number of cores every time is too long. */
  load: { before: number; after: number };
  /** How long it all took. */
  seconds: number;
  sections: BenchSection[];
}

export function machine(): BenchReport['machine'] {
  const all = cpus();
  return { cpu: all[0]?.model ?? 'unknown', cores: all.length, memoryGb: Math.round(totalmem() / 2 ** 30), node: process.version };
}

/** Load of the last minute. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** Quantile of unsorted values, nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export const share = (part: number, whole: number): Pick<Figure, 'value' | 'unit' | 'detail'> => ({
  value: whole === 0 ? 'none' : Math.round((part / whole) * 1000) / 10,
  unit: '%',
  detail: `${part} of ${whole}`,
});

export const milliseconds = (value: number): Pick<Figure, 'value' | 'unit'> => ({
  value: value < 10 ? Math.round(value * 1000) / 1000 : Math.round(value),
  unit: 'ms',
});

export function table(report: BenchReport): string {
  const lines = [
    `# ${report.suite}`,
    `${report.machine.cores} × ${report.machine.cpu}, ${report.machine.memoryGb} GB, Node ${report.machine.node}; load ${report.load.before} before, ${report.load.after} after; took ${report.seconds} s`,
  ];
  for (const section of report.sections) {
    lines.push('', `## ${section.title}`, ...section.notes.map((note) => `(${note})`));
    if (section.error !== undefined) lines.push(`FAILED: ${section.error}`);
    if (section.figures.length === 0) continue;
    const rows = section.figures.map((figure) => [
      figure.name,
      `${figure.value} ${figure.unit}`.trim(),
      figure.detail ?? '',
      figure.target ?? '',
    ]);
    const all = [['what', 'figure', 'counted', 'aim'], ...rows];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)));
    const line = (row: string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
    lines.push(line(all[0]!), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line));
  }
  return lines.join('\n');
}

/** Writes `<suite>.json` into the folder, or `<suite>-<part>….json` for some parts of it; returns its path. */
export async function save(report: BenchReport, folder: string, parts: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${[report.suite, ...parts].join('-')}.json`);
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  return path;
}
