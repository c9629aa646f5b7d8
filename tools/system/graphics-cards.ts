import { z } from 'zod';

/** What is asked of `nvidia-smi`: it only looks. */
export const NVIDIA_ARGS = [
  '--query-gpu=name,temperature.gpu,utilization.gpu,memory.used,memory.total',
  '--format=csv,noheader,nounits',
] as const;

export const GraphicsCardSchema = z.object({
  name: z.string(),
  /** °C */
  temperature: z.number().optional(),
  /** % */
  load: z.number().optional(),
  /** bytes */
  memoryUsed: z.number().optional(),
  memoryTotal: z.number().optional(),
});
export type GraphicsCard = z.infer<typeof GraphicsCardSchema>;

const MIB = 1024 * 1024;

/** Reads the answer of `nvidia-smi`; what a card does not know ("[N/A]") is left out, and so is a line that is none. */
export function readGraphicsCards(text: string): GraphicsCard[] {
  return text.split('\n').flatMap((line) => {
    const parts = line.split(',').map((part) => part.trim());
    if (parts.length < 5) return [];
    // A name may have commas in it.
    const [total, used, load, temperature] = parts.toReversed().slice(0, 4).map(numberOf);
    const name = parts.slice(0, -4).join(', ').slice(0, 100);
    if (name === '') return [];
    return [
      {
        name,
        ...(temperature === undefined ? {} : { temperature }),
        ...(load === undefined ? {} : { load }),
        ...(used === undefined ? {} : { memoryUsed: used * MIB }),
        ...(total === undefined ? {} : { memoryTotal: total * MIB }),
      },
    ];
  });
}

const numberOf = (text: string): number | undefined => (/^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : undefined);
