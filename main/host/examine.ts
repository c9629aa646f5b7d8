import { arch, platform } from 'node:os';
import type { DoctorReport } from '../../contract/interface.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { Home } from '../../iot/home.ts';
import { verifyAudit } from '../../tools/audit.ts';
import type { HostState } from './host-state.ts';
import { readVersion } from './version.ts';

type Check = DoctorReport['checks'][number];

/** What is used on this machine, whether it works, and what would improve it. */
export async function examine(options: {
  dataFolder: string;
  auditFolder: string;
  homeTitle: string;
  home: Home;
  state: HostState;
  engines: EngineReport[];
}): Promise<DoctorReport> {
  const { home, state } = options;
  return {
    version: readVersion(),
    node: `${process.version} on ${platform()} ${arch()}`,
    dataFolder: options.dataFolder,
    home: options.homeTitle,
    entities: home.snapshot().entities.length,
    engines: options.engines,
    checks: [
      ...home
        .bridges()
        .map(
          (bridge): Check => ({ name: `bridge ${bridge.name}`, ok: bridge.state === 'connected', detail: bridge.detail ?? bridge.state }),
        ),
      await auditCheck(options.auditFolder),
      ...state
        .services()
        .map((service): Check => ({ name: service.name, ok: service.state === 'running', detail: service.detail ?? service.state })),
    ],
  };
}

async function auditCheck(folder: string): Promise<Check> {
  const { lines, problems } = await verifyAudit(folder);
  const [problem] = problems;
  return {
    name: 'audit',
    ok: problem === undefined,
    detail: problem === undefined ? `${lines} lines, unbroken` : `${problem.file} line ${problem.line} ${problem.problem}`,
  };
}
