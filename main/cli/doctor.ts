import type { Command } from 'commander';
import type { DoctorReport } from '../../contract/interface.ts';
import { print, printJson } from './output.ts';

export function addDoctor(program: Command): Command {
  return program
    .command('doctor')
    .description('What JARVIS uses on this machine, why, and the one command that would improve it.')
    .option('--json', 'one JSON object')
    .action(async (options: { json?: boolean }) => {
      const { withHost } = await import('./run-host.ts');
      const report = await withHost({ phrasebook: [], builtIn: true, voice: true }, async (host) => {
        await host.listening();
        return host.doctor();
      });
      if (options.json === true) printJson(report);
      else show(report);
      if (report.checks.some((check) => !check.ok)) process.exitCode = 1;
    });
}

function show(report: DoctorReport): void {
  print(`JARVIS ${report.version} on Node ${report.node}`);
  print(`Data: ${report.dataFolder}`);
  print(`Home: ${report.home}, ${report.entities} entities`);
  for (const engine of report.engines) {
    print(`${engine.part.padEnd(5)} ${engine.engine}${engine.fellBack ? ' (fallen back)' : ''}: ${engine.detail}`);
    if (engine.improve !== undefined) print(`      better: ${engine.improve}`);
  }
  for (const check of report.checks) {
    print(`${check.ok ? 'ok   ' : 'BAD  '} ${check.name}: ${check.detail}`);
    if (check.improve !== undefined) print(`      better: ${check.improve}`);
  }
}
