import { z } from 'zod';
import type { EngineBuild, Machine } from '../../contract/models.ts';
import lockFile from './engine-lock.json' with { type: 'json' };
import { platformPackages } from './platform-packages.ts';

const LockedSchema = z.object({
  version: z.string(),
  integrity: z.string().startsWith('sha512-'),
  dependencies: z.record(z.string(), z.string()).optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
});

/**
 * The exact packages of one version of node-llama-cpp, each with its sum: `packages` by their place in npm's lock file, `platforms` by name. Made from
 * npm's own lock file, without addresses (the person's registry is asked), optional parts and scripts.
 */
const lock = z
  .object({
    version: z.string(),
    bytes: z.number(),
    packages: z.record(z.string(), LockedSchema),
    platforms: z.record(z.string(), LockedSchema.extend({ bytes: z.number() })),
  })
  .parse(lockFile);

export const ENGINE_VERSION = lock.version;
const ENGINE = 'node-llama-cpp';

export interface PackPlan {
  build: EngineBuild;
  version: string;
  /** Names with native code. */
  platforms: readonly string[];
  /** Unpacked; undefined where the size of a package is not known. */
  bytes?: number;
  /** Every package is pinned by its sum. Else the platform's package is pinned by its version, and by the sum that the registry states. */
  pinned: boolean;
  /** What npm is given. */
  manifest: string;
  lock: string;
  /** Paths below the pack, taken away after the fetch. */
  unwanted: readonly string[];
}

/** Undefined where this build is not published for this system. */
export function packPlan(build: EngineBuild, platform: Machine['platform'], arch: string): PackPlan | undefined {
  const platforms = platformPackages(build, platform, arch);
  if (platforms === undefined) return undefined;
  const known = platforms.filter((name) => lock.platforms[name] !== undefined);
  const pinned = known.length === platforms.length;
  const root = {
    name: 'jarvis-engine',
    version: '1.0.0',
    dependencies: Object.fromEntries([ENGINE, ...platforms].map((name) => [name, lock.version])),
  };
  const packages = {
    '': root,
    ...lock.packages,
    ...Object.fromEntries(known.map((name) => [`node_modules/${name}`, withoutBytes(name)])),
  };
  const bytes = known.reduce((sum, name) => sum + (lock.platforms[name]?.bytes ?? 0), lock.bytes);
  return {
    build,
    version: lock.version,
    platforms,
    ...(pinned ? { bytes } : {}),
    pinned,
    manifest: JSON.stringify({ ...root, private: true }),
    lock: JSON.stringify({ name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages }),
    unwanted: [
      // Sources for compiling, which is never done here.
      `node_modules/${ENGINE}/llama/gitRelease.bundle`,
      // Without it only the code of CUDA 12 can be loaded: the CUDA 13 one starts on a Pascal card and then fails at the first computation.
      ...(build === 'cuda-12' ? platforms.filter((name) => !name.endsWith('-ext')).flatMap(cudaLibraries) : []),
    ],
  };
}

function withoutBytes(name: string): Omit<(typeof lock.platforms)[string], 'bytes'> | undefined {
  const found = lock.platforms[name];
  if (found === undefined) return undefined;
  const { bytes: _, ...rest } = found;
  return rest;
}

function cudaLibraries(name: string): string[] {
  const folder = `node_modules/${name}/bins/${name.slice(name.indexOf('/') + 1)}`;
  return [`${folder}/libggml-cuda.so`, `${folder}/ggml-cuda.dll`];
}
