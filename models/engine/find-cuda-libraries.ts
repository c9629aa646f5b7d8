import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Machine } from '../../contract/models.ts';

const VERSIONS = [11, 12, 13, 14];

/**
 * Major versions of CUDA whose runtime and cuBLAS lie where the loader of the system looks. The packages of the engine do not bring them.
 */
export async function findCudaLibraries(
  platform: Machine['platform'],
  environment: Readonly<Record<string, string | undefined>>,
  root = '/',
): Promise<number[]> {
  if (platform !== 'linux' && platform !== 'win32') return [];
  const names = new Set<string>();
  for (const folder of await folders(platform, environment, root)) {
    for (const name of await readdir(folder).catch(() => [])) names.add(name.toLowerCase());
  }
  const has = (stem: string, version: number): boolean =>
    platform === 'win32' ? names.has(`${stem}64_${version}.dll`) : names.has(`lib${stem}.so.${version}`);
  return VERSIONS.filter((version) => has('cudart', version) && has('cublas', version));
}

async function folders(
  platform: 'linux' | 'win32',
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): Promise<string[]> {
  const said = (name: string): string[] => (environment[name] ?? '').split(delimiter).filter((folder) => folder !== '');
  const toolkit = said('CUDA_PATH');
  if (platform === 'win32') {
    const versions = Object.entries(environment)
      .filter(([name]) => /^CUDA_PATH_V\d+_\d+$/u.test(name))
      .map(([, folder]) => folder ?? '');
    const bin = [...toolkit, ...versions].flatMap((folder) => [join(folder, 'bin'), join(folder, 'bin', 'x64')]);
    return [...bin, ...said('Path'), ...said('PATH')];
  }
  const local = join(root, 'usr/local');
  const installed = (await readdir(local).catch(() => []))
    .filter((name) => /^cuda(-[\d.]+)?$/u.test(name))
    .map((name) => join(local, name));
  return [
    ...said('LD_LIBRARY_PATH'),
    ...[...toolkit, ...installed].flatMap((folder) => [join(folder, 'lib64'), join(folder, 'targets/x86_64-linux/lib')]),
    ...['usr/lib', 'usr/lib64', 'usr/lib/x86_64-linux-gnu', 'usr/lib/wsl/lib', 'lib64', 'lib/x86_64-linux-gnu'].map((folder) =>
      join(root, folder),
    ),
  ];
}
