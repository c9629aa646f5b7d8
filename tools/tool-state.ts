import { z } from 'zod';

/** What a person decided about tools, and how they were used: what must outlive the process. */
export interface ToolState {
  /** Switched on or off by a person; a tool that is not here is as its tier says. */
  switched: Map<string, boolean>;
  /** What of a source (`plugin:weather`) a person has looked at, and for which permissions. */
  reviewed: Map<string, Review>;
  uses: Map<string, Uses>;
}

export interface Review {
  /** Of manifest and code. */
  digest: string;
  /** In words, as they were shown. */
  permissions: string[];
}

export interface Uses {
  calls: number;
  /** ms since the epoch */
  lastUsedAt: number;
}

/** Keeps it. `load` gives what was saved last, or undefined. */
export interface ToolStateStore {
  load(): Promise<unknown>;
  save(state: unknown): Promise<void>;
}

const StateSchema = z.object({
  switched: z.array(z.tuple([z.string(), z.boolean()])).default([]),
  reviewed: z.array(z.tuple([z.string(), z.object({ digest: z.string(), permissions: z.array(z.string()) })])).default([]),
  uses: z.array(z.tuple([z.string(), z.object({ calls: z.number(), lastUsedAt: z.number() })])).default([]),
});

export const emptyToolState = (): ToolState => ({ switched: new Map(), reviewed: new Map(), uses: new Map() });

/** Throws with words for people when the file holds something else: what a person switched off must not come back in silence. */
export function parseToolState(saved: unknown): ToolState {
  if (saved === undefined) return emptyToolState();
  const parsed = StateSchema.safeParse(saved);
  if (!parsed.success) throw new Error('what was decided about tools cannot be read; put back a copy of the file, or move it away');
  const { switched, reviewed, uses } = parsed.data;
  return { switched: new Map(switched), reviewed: new Map(reviewed), uses: new Map(uses) };
}

export const savedToolState = ({ switched, reviewed, uses }: ToolState): z.infer<typeof StateSchema> => ({
  switched: [...switched],
  reviewed: [...reviewed],
  uses: [...uses],
});
