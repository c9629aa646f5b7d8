import type { BuildChoice, EngineBuild, GraphicsCard, Machine } from '../../contract/models.ts';
import { goodForModels } from '../fit/usable-card.ts';
import { CUDA_CODE, versionOf, whyNotOnCard } from './cuda-code.ts';
import { platformPackages } from './platform-packages.ts';

/** The better one first. */
const ORDER: readonly EngineBuild[] = ['metal', 'cuda', 'cuda-12', 'vulkan', 'cpu'];

interface Judged {
  build: EngineBuild;
  /** Why it would run here well, or why not; for people. */
  reason: string;
  good: boolean;
  /** It runs, but another is better in any case. */
  last?: boolean;
}

/**
 * Which build of the engine this machine should use. `cudaLibraries` are the major versions of CUDA whose libraries are installed (`findCudaLibraries`);
 * absent: nobody has looked, and they are taken to be there. Whatever is forced is taken, with the objection in words.
 */
export function chooseBuild(machine: Machine, forced?: EngineBuild, cudaLibraries?: readonly number[]): BuildChoice {
  const judged = ORDER.filter((build) => platformPackages(build, machine.platform, machine.arch) !== undefined).map((build) =>
    judge(build, machine, cudaLibraries),
  );
  const good = [...judged.filter((each) => each.good && each.last !== true), ...judged.filter((each) => each.good && each.last === true)];
  if (forced !== undefined) {
    const objection = judged.find((each) => each.build === forced && !each.good)?.reason;
    const missing = judged.every((each) => each.build !== forced);
    return {
      build: forced,
      because: `It is forced by the settings${missing ? ', though there is no such build for this system' : objection === undefined ? '' : `, though ${objection}`}.`,
      forced: true,
      others: good.map((each) => each.build).filter((build) => build !== forced),
    };
  }
  const [best, ...others] = good;
  if (best === undefined) return { build: 'cpu', because: 'No build of the engine is made for this system.', forced: false, others: [] };
  const rejected = judged.slice(0, judged.indexOf(best)).filter((each) => !each.good && worthSaying(each.build, machine));
  const because = [best.reason, ...rejected.map((each) => `${NAMES[each.build]} is not taken: ${each.reason}`)];
  return { build: best.build, because: `${because.map(capital).join('. ')}.`, forced: false, others: others.map((each) => each.build) };
}

const NAMES: Readonly<Record<EngineBuild, string>> = {
  metal: 'the Metal build',
  cuda: 'the CUDA 13 build',
  'cuda-12': 'the CUDA 12 build',
  vulkan: 'the Vulkan build',
  cpu: 'the build for processors',
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const nvidia = (machine: Machine): GraphicsCard[] => machine.cards.filter((card) => card.vendor === 'nvidia');

function worthSaying(build: EngineBuild, machine: Machine): boolean {
  if (build === 'cuda' || build === 'cuda-12') return nvidia(machine).length > 0;
  return build === 'vulkan' && machine.cards.length > 0;
}

function judge(build: EngineBuild, machine: Machine, cudaLibraries: readonly number[] | undefined): Judged {
  switch (build) {
    case 'metal':
      return { build, good: true, reason: 'Apple silicon computes with Metal' };
    case 'cuda':
    case 'cuda-12':
      return judgeCuda(build, machine, cudaLibraries);
    case 'vulkan':
      return judgeVulkan(machine);
    case 'cpu':
      return { build, good: true, reason: machine.cards.length === 0 ? 'there is no graphics card' : 'the processor always works' };
    default:
      return build satisfies never;
  }
}

function judgeCuda(build: 'cuda' | 'cuda-12', machine: Machine, cudaLibraries: readonly number[] | undefined): Judged {
  const code = CUDA_CODE[build];
  const [card] = nvidia(machine).toSorted((one, other) => other.memoryBytes - one.memoryBytes);
  if (card === undefined) return { build, good: false, reason: 'there is no NVIDIA card' };
  const [capability, driver] = [versionOf(card.computeCapability), versionOf(card.cuda)];
  if (capability === undefined || driver === undefined) {
    return { build, good: false, reason: `the driver does not say what the ${card.name} can do; with NVIDIA's own driver it would` };
  }
  const trouble = whyNotOnCard(code, capability, driver);
  if (trouble !== undefined) return { build, good: false, reason: `${trouble} (${card.name}, compute capability ${capability.join('.')})` };
  if (cudaLibraries !== undefined && !cudaLibraries.includes(code.libraries)) {
    const libraries =
      machine.platform === 'win32'
        ? `cudart64_${code.libraries}.dll and cublas64_${code.libraries}.dll`
        : `libcudart.so.${code.libraries} and libcublas.so.${code.libraries}`;
    return { build, good: false, reason: `it needs the libraries of CUDA ${code.libraries} (${libraries}), which are not installed` };
  }
  return {
    build,
    good: true,
    reason: `the ${card.name} has compute capability ${capability.join('.')} and a driver for CUDA ${driver.join('.')}, for which ${NAMES[build]} has code`,
  };
}

function judgeVulkan(machine: Machine): Judged {
  const build = 'vulkan';
  if (!machine.vulkan) return { build, good: false, reason: 'no Vulkan loader is installed' };
  const card = machine.cards.find((each) => each.integrated !== true) ?? machine.cards.find((each) => goodForModels(each, machine));
  if (card !== undefined) return { build, good: true, reason: `the ${card.name} works with Vulkan` };
  if (machine.cards.length === 0) return { build, good: false, reason: 'there is no graphics card' };
  return { build, good: true, last: true, reason: 'the graphics of this chip work with Vulkan, though slower than its cores' };
}
