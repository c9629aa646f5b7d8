import { execFile } from 'node:child_process';
import { z } from 'zod';
import { hasCode } from '../../store/error-code.ts';
import type { Tool } from '../tool.ts';
import { groupProcesses } from './group-processes.ts';
import { AUDIT_COMMANDS, type PackageSource, type Ran, readAudit, SOURCES } from './packages-audit.ts';
import { FACTS, type SystemSource } from './system-facts.ts';

export interface SystemToolsOptions {
  source: SystemSource;
  /** Runs one of `AUDIT_COMMANDS`; a program that is not there has no code. */
  runAudit?(source: PackageSource, signal: AbortSignal): Promise<Ran>;
}

const InformationInput = z.strictObject({
  about: z
    .array(z.enum(FACTS))
    .min(1)
    .default([...FACTS]),
});
const ProcessesInput = z.strictObject({
  by: z.enum(['memory', 'processor']).default('memory'),
  limit: z.number().int().min(1).max(50).default(5),
});
const AuditInput = z.strictObject({ sources: z.array(z.enum(SOURCES)).min(1).default(['apt', 'npm', 'pip']) });

const common = { version: '1.0.0', risk: 'observe' as const, reversible: true };

/** Tools that look at this computer and change nothing. */
export function systemTools({ source, runAudit = runOnThisSystem }: SystemToolsOptions): Tool[] {
  const information: Tool<z.infer<typeof InformationInput>> = {
    manifest: {
      ...common,
      name: 'system.information',
      title: 'Look at this computer',
      description: 'Processor, memory, disks, network, battery and graphics cards of this computer, as they are now.',
      input: InformationInput,
      permissions: { system: ['hardware'] },
      timeoutMs: 20_000,
    },
    describe: ({ about }) => `Look at the ${about.join(', ')} of this computer`,
    run: async ({ about }, { signal }) => ({ outcome: 'confirmed', output: await source.facts(about, signal) }),
  };
  const processes: Tool<z.infer<typeof ProcessesInput>> = {
    manifest: {
      ...common,
      name: 'system.processes',
      title: 'See what takes memory or processor',
      description: 'The programs that take most memory or processor now, processes of one program together.',
      input: ProcessesInput,
      permissions: { system: ['processes'] },
      timeoutMs: 20_000,
      // A program chooses its own name.
      taints: 'other',
    },
    describe: ({ by }) => `See which programs take most ${by === 'memory' ? 'memory' : 'of the processor'}`,
    async run({ by, limit }, { signal }) {
      const all = await source.processes(signal);
      return { outcome: 'confirmed', output: groupProcesses(all, by, limit), taintName: 'names of programs' };
    },
  };
  const audit: Tool<z.infer<typeof AuditInput>> = {
    manifest: {
      ...common,
      name: 'system.packages-audit',
      title: 'Look for updates',
      description: 'Packages of apt, npm and pip that are not the newest or have known weaknesses. Installs nothing.',
      input: AuditInput,
      permissions: { system: ['packages'], network: ['registry.npmjs.org', 'pypi.org'] },
      timeoutMs: 120_000,
    },
    describe: ({ sources }) => `Look for updates with ${sources.join(', ')}`,
    async run({ sources }, { signal }) {
      const parts = await Promise.all(sources.map(async (each) => readAudit(each, await runAudit(each, signal))));
      if (parts.every(({ state }) => state === 'missing'))
        return { outcome: 'failed', reason: 'None of the programs that know is here.', output: parts };
      if (parts.every(({ state }) => state !== 'read')) {
        const isOffline = parts.some(({ state }) => state === 'offline');
        return {
          outcome: 'failed',
          reason: isOffline ? 'I could not reach the package servers.' : 'I could not read the answers.',
          output: parts,
        };
      }
      return { outcome: 'confirmed', output: parts };
    },
  };
  return [information, processes, audit] as Tool[];
}

const LARGEST_ANSWER = 20_000_000;

const runOnThisSystem = (source: PackageSource, signal: AbortSignal): Promise<Ran> => {
  const [program, ...args] = AUDIT_COMMANDS[source];
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(program, args, { signal, env, maxBuffer: LARGEST_ANSWER, windowsHide: true, shell: false }, (error, stdout, stderr) => {
      // npm ends with 1 where something is old: that is no failure.
      const code = error === null ? 0 : hasCode(error, 'ENOENT') ? undefined : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
};
