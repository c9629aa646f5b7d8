/**
 * What the two CUDA builds of node-llama-cpp 3.22.1 hold, as read from the code sections of `libggml-cuda.so` in `@node-llama-cpp/linux-x64-cuda`
 * (made with CUDA 13.1) and `…-cuda-ext` (made with CUDA 12.4: its PTX says version 8.4). Finished code runs on its compute capability and later ones of
 * the same generation, under any driver of that CUDA's major version; PTX is finished by the driver, which must know that very CUDA.
 */
export interface CudaCode {
  finished: readonly string[];
  /** Least compute capability for which there is PTX. */
  ptxFrom: string;
  /** CUDA that a driver must know to finish the PTX. */
  madeWith: string;
  /** Libraries of this major version of CUDA must be installed: they are not in the package. */
  libraries: number;
}

export const CUDA_CODE: Readonly<Record<'cuda' | 'cuda-12', CudaCode>> = {
  cuda: { finished: ['8.6', '8.9', '12.0', '12.1'], ptxFrom: '7.5', madeWith: '13.1', libraries: 13 },
  'cuda-12': { finished: ['8.6'], ptxFrom: '5.0', madeWith: '12.4', libraries: 12 },
};

type Version = readonly [major: number, minor: number];

/** Undefined for what is no version. */
export function versionOf(text: string | undefined): Version | undefined {
  const match = /^(\d{1,4})(?:\.(\d{1,4}))?/u.exec(text ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0)];
}

export const atLeast = (one: Version, other: Version): boolean => one[0] > other[0] || (one[0] === other[0] && one[1] >= other[1]);

/** Why this code does not run on a card of this compute capability under this driver; undefined where it does. */
export function whyNotOnCard(code: CudaCode, capability: Version, driver: Version): string | undefined {
  const finished = code.finished.map(versionOf).filter((each) => each !== undefined);
  const runsAsItIs = finished.some((each) => each[0] === capability[0] && each[1] <= capability[1]);
  if (runsAsItIs && driver[0] >= code.libraries) return undefined;
  const [ptxFrom, madeWith] = [versionOf(code.ptxFrom), versionOf(code.madeWith)];
  if (ptxFrom === undefined || madeWith === undefined) return undefined;
  if (!runsAsItIs && !atLeast(capability, ptxFrom)) return `it holds no code for compute capability ${capability.join('.')}`;
  if (runsAsItIs) return `it needs a driver for CUDA ${code.libraries}, yours does ${driver.join('.')}`;
  return atLeast(driver, madeWith)
    ? undefined
    : `for this card it needs a driver that does CUDA ${code.madeWith}, yours does ${driver.join('.')}`;
}
