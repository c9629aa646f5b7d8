import type { PlaceOptions } from './place-file.ts';
import type { SeenFile } from './seen-file.ts';

export interface BinOptions extends Omit<PlaceOptions, 'before'> {
  /** Called with where it will lie, and with the file that says where it was, before anything happens. */
  before(path: string, info?: string): Promise<void>;
}

/** Where files go that are no longer wanted, and from where they come back. Nothing is ever deleted. */
export interface Bin {
  put(file: SeenFile, options: BinOptions): Promise<{ path: string; left?: string }>;
  /** Puts it back where it was, under another name where that is taken. */
  restore(from: { was: string; path: string; info?: string | undefined }, options: PlaceOptions): Promise<{ path: string }>;
}
