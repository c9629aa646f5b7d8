import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { BoundPath } from '../sandbox/program.ts';
import { type Programs, resultOf } from '../scripts/script-tools.ts';
import type { Tool } from '../tool.ts';
import { commandWords, judgeCommand } from './judge-command.ts';

export interface ShellToolsOptions {
  programs: Programs;
  /** Path of bash; absent where there is none. */
  bash: string | undefined;
  /** Where commands work; they see nothing else but `paths`. */
  workFolder: string;
  paths: readonly BoundPath[];
  hidden: readonly string[];
}

const ShellInput = z.strictObject({
  command: z.string().min(1).max(4000),
  seconds: z.number().int().min(1).max(600).default(30),
});

/** One tool for commands of the shell, refused until a person switches it on by name, and asking even then. */
export function shellTools({ programs, bash, workFolder, paths, hidden }: ShellToolsOptions): Tool[] {
  const shell: Tool<z.infer<typeof ShellInput>> = {
    manifest: {
      name: 'shell.run',
      version: '1.0.0',
      title: 'Run a command of the shell',
      description:
        'Runs plain commands joined by pipes, && || and ;, shut in. Refuses what cannot be told beforehand: variables, substitutions, loops, interpreters.',
      input: ShellInput,
      permissions: { system: ['shell'], filesystem: paths.map(({ path, mode }) => ({ path, mode })) },
      risk: 'forbidden',
      reversible: false,
      timeoutMs: 602_000,
      sandbox: 'isolated',
      taints: 'other',
    },
    describe: ({ command }) => commandWords(command, judgeCommand(command)),
    async run({ command, seconds }, { signal }) {
      const judgement = judgeCommand(command);
      if (judgement.refusal !== undefined) return { outcome: 'rejected', reason: judgement.refusal };
      if (judgement.effect === 'privilege') return { outcome: 'rejected', reason: 'I do not run what takes rights over this computer.' };
      if (bash === undefined || !isAbsolute(bash)) return { outcome: 'rejected', reason: 'There is no bash here.' };
      const folder = join(workFolder, 'shell');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const result = await programs.run(
        {
          // Without start-up files and functions of the environment: a name means the program of that name.
          command: [bash, '--norc', '--noprofile', '-p', '-o', 'pipefail', '-c', command],
          folder,
          paths,
          hidden,
          network: judgement.parts.some(({ network }) => network === true) ? ['*'] : [],
          limits: { wallMs: seconds * 1000 },
        },
        { signal },
      );
      return { ...resultOf('The command', result), taintName: 'a command of the shell' };
    },
  };
  return [shell as Tool];
}
