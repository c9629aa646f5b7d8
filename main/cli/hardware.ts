import type { Command } from 'commander';
import type { HardwareOptions } from './hardware-options.ts';

export function addHardware(program: Command): Command {
  return program
    .command('hardware')
    .description('Processor, memory, graphics cards and disks, as they are now.')
    .option('-w, --watch', 'go on every two seconds, until Ctrl-C')
    .option('--json', 'one JSON object per look')
    .action(async (options: HardwareOptions) => (await import('./hardware-look.ts')).showHardware(options));
}
