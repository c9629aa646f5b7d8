import type { EngineBuild, Machine } from '../../contract/models.ts';

const PREFIX = '@node-llama-cpp/';

type Packages = Partial<Record<EngineBuild, readonly string[]>>;

/** What is published for each system. The CUDA 12 code is an addition to the CUDA 13 package, whose other parts it needs. */
const PACKAGES: Readonly<Record<string, Packages>> = {
  'linux x64': {
    cpu: ['linux-x64'],
    cuda: ['linux-x64-cuda'],
    'cuda-12': ['linux-x64-cuda', 'linux-x64-cuda-ext'],
    vulkan: ['linux-x64-vulkan'],
  },
  'linux arm64': { cpu: ['linux-arm64'] },
  'linux arm': { cpu: ['linux-armv7l'] },
  'darwin arm64': { metal: ['mac-arm64-metal'] },
  'darwin x64': { cpu: ['mac-x64'] },
  'win32 x64': { cpu: ['win-x64'], cuda: ['win-x64-cuda'], 'cuda-12': ['win-x64-cuda', 'win-x64-cuda-ext'], vulkan: ['win-x64-vulkan'] },
  'win32 arm64': { cpu: ['win-arm64'] },
};

/** Packages with the native code of a build, beside node-llama-cpp itself; undefined where nobody publishes it. */
export function platformPackages(build: EngineBuild, platform: Machine['platform'], arch: string): readonly string[] | undefined {
  return PACKAGES[`${platform} ${arch}`]?.[build]?.map((name) => PREFIX + name);
}

export function buildsFor(platform: Machine['platform'], arch: string): EngineBuild[] {
  const order: readonly EngineBuild[] = ['metal', 'cuda', 'cuda-12', 'vulkan', 'cpu'];
  return order.filter((build) => platformPackages(build, platform, arch) !== undefined);
}
