import { z } from 'zod';

const OldPackageSchema = z.object({ name: z.string(), now: z.string(), newest: z.string(), security: z.boolean().optional() });

export const SOURCES = ['apt', 'npm', 'pip', 'npm-audit'] as const;
export type PackageSource = (typeof SOURCES)[number];

export const AuditPartSchema = z.object({
  source: z.enum(SOURCES),
  /** `missing`: the program is not here. `offline`: it could not ask. `failed`: its answer could not be read. */
  state: z.enum(['read', 'missing', 'offline', 'failed']),
  outdated: z.array(OldPackageSchema),
  /** Known weaknesses by how bad they are. */
  weak: z.array(z.object({ name: z.string(), severity: z.enum(['low', 'moderate', 'high', 'critical']), title: z.string().optional() })),
  detail: z.string().optional(),
});
export type AuditPart = z.infer<typeof AuditPartSchema>;

/** The programs that are asked; all of them only look. */
export const AUDIT_COMMANDS: Record<PackageSource, readonly [string, ...string[]]> = {
  apt: ['apt', 'list', '--upgradable'],
  npm: ['npm', 'outdated', '--global', '--json'],
  pip: ['pip3', 'list', '--outdated', '--format=json', '--disable-pip-version-check', '--no-input'],
  'npm-audit': ['npm', 'audit', '--json'],
};

export interface Ran {
  /** Undefined: the program is not there. */
  code: number | null | undefined;
  stdout: string;
  stderr: string;
}

/** Beyond this nobody reads on. */
const MOST = 500;

const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|network request .* failed|Temporary failure|Failed to establish a new connection|Could not resolve|NewConnectionError|No matching distribution|Max retries exceeded|Network is unreachable/iu;

/** Reads what such a program answered. Never throws. */
export function readAudit(source: PackageSource, { code, stdout, stderr }: Ran): AuditPart {
  const empty = { source, outdated: [], weak: [] };
  if (code === undefined) return { ...empty, state: 'missing' };
  const read = READERS[source](stdout);
  const offline = OFFLINE.test(stderr) || OFFLINE.test(stdout.slice(0, 5000));
  if (read === undefined || (offline && read.outdated.length === 0 && read.weak.length === 0)) {
    if (offline) return { ...empty, state: 'offline' };
    return { ...empty, state: 'failed', detail: lastLine(stderr) ?? lastLine(stdout) ?? `it ended with ${code ?? 'a signal'}` };
  }
  return { source, state: 'read', outdated: read.outdated.slice(0, MOST), weak: read.weak.slice(0, MOST) };
}

type Read = Pick<AuditPart, 'outdated' | 'weak'> | undefined;

const READERS: Record<PackageSource, (stdout: string) => Read> = {
  apt: readApt,
  npm: readNpm,
  pip: readPip,
  'npm-audit': readNpmAudit,
};

// `firefox/noble-updates,noble-security 132.0 amd64 [upgradable from: 131.0]`; the words in brackets are in the person's language.
const APT_LINE = /^(?<name>[a-z0-9][a-z0-9.+:-]*)\/(?<suite>\S+) (?<newest>\S+) \S+ \[[^\]]*?(?<now>\S+)\]\s*$/u;

function readApt(stdout: string): Read {
  const outdated = stdout.split('\n').flatMap((line) => {
    const { name, suite, newest, now } = APT_LINE.exec(line.trimEnd())?.groups ?? {};
    if (name === undefined || newest === undefined || now === undefined) return [];
    return [{ name, now, newest, ...(suite?.includes('security') === true ? { security: true } : {}) }];
  });
  return { outdated, weak: [] };
}

const NpmOutdated = z.record(z.string(), z.unknown());
const NpmEntry = z.object({ current: z.string().optional(), latest: z.string() });

function readNpm(stdout: string): Read {
  // Nothing at all: nothing is old.
  if (stdout.trim() === '') return { outdated: [], weak: [] };
  const parsed = NpmOutdated.safeParse(jsonOf(stdout));
  if (!parsed.success || 'error' in parsed.data) return undefined;
  const outdated = Object.entries(parsed.data).flatMap(([name, entry]) => {
    const [first] = Array.isArray(entry) ? entry : [entry];
    const one = NpmEntry.safeParse(first);
    return one.success && one.data.current !== one.data.latest
      ? [{ name, now: one.data.current ?? 'not installed', newest: one.data.latest }]
      : [];
  });
  return { outdated, weak: [] };
}

const PipEntry = z.object({ name: z.string(), version: z.string(), latest_version: z.string() });

function readPip(stdout: string): Read {
  const parsed = z.array(z.unknown()).safeParse(jsonOf(stdout));
  if (!parsed.success) return undefined;
  const outdated = parsed.data.flatMap((entry) => {
    const one = PipEntry.safeParse(entry);
    return one.success ? [{ name: one.data.name, now: one.data.version, newest: one.data.latest_version }] : [];
  });
  return { outdated, weak: [] };
}

const NpmAudit = z.object({ vulnerabilities: z.record(z.string(), z.unknown()) });
const NpmWeak = z.object({ severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']), via: z.array(z.unknown()).default([]) });

function readNpmAudit(stdout: string): Read {
  const parsed = NpmAudit.safeParse(jsonOf(stdout));
  if (!parsed.success) return undefined;
  const weak = Object.entries(parsed.data.vulnerabilities).flatMap(([name, entry]) => {
    const one = NpmWeak.safeParse(entry);
    if (!one.success) return [];
    const title = one.data.via.map((each) => z.object({ title: z.string() }).safeParse(each)).find(({ success }) => success)?.data?.title;
    const severity = one.data.severity === 'info' ? ('low' as const) : one.data.severity;
    return [{ name, severity, ...(title === undefined ? {} : { title: title.slice(0, 200) }) }];
  });
  return { outdated: [], weak };
}

function jsonOf(text: string): unknown {
  // Warnings may come before it.
  const start = text.search(/[[{]/u);
  try {
    return start < 0 ? undefined : JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)?.slice(0, 200) || undefined;
