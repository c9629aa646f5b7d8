import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { firstProblem, type PluginManifest, PluginManifestSchema } from './plugin-manifest.ts';

/** A plugin as it was read at one moment. */
export interface LoadedPlugin {
  manifest: PluginManifest;
  /** SHA-256 of every file, its path and whether it is executable. */
  digest: string;
  /** A copy of ours of exactly these files; what runs is what was looked at, whatever becomes of the plugin's own folder. */
  folder: string;
}

const MANIFEST = 'manifest.json';
const MOST_FILES = 2_000;
const MOST_BYTES = 50 * 1024 * 1024;
const LARGEST_MANIFEST = 512 * 1024;

interface PluginFile {
  /** Within the plugin, with `/`. */
  path: string;
  executable: boolean;
  content: Buffer;
}

/** Reads `<folder>` and copies it to `<copies>/<digest>`. Throws with words for people when it cannot be used. */
export async function loadPlugin(folder: string, name: string, copies: string): Promise<LoadedPlugin> {
  const files = await readFiles(folder);
  const manifest = parseManifest(files.find(({ path }) => path === MANIFEST)?.content);
  if (manifest.name !== name) throw new Error(`its folder is called ${name}, its manifest says ${manifest.name}`);
  for (const path of filesNamedIn(manifest)) {
    if (!files.some((file) => file.path === path)) throw new Error(`${path} is missing`);
  }
  const digest = digestOf(files);
  const copy = join(copies, digest);
  const plugin = { manifest, digest, folder: copy };
  if (!(await isUntouched(plugin))) await copyTo(files, copy);
  return plugin;
}

function parseManifest(content: Buffer | undefined): PluginManifest {
  if (content === undefined) throw new Error(`it has no ${MANIFEST}`);
  if (content.length > LARGEST_MANIFEST) throw new Error(`${MANIFEST} is too large`);
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw new Error(`${MANIFEST} is no JSON: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
  const parsed = PluginManifestSchema.safeParse(json);
  if (!parsed.success) throw new Error(`${MANIFEST}: ${firstProblem(parsed.error)}`);
  return parsed.data;
}

const filesNamedIn = ({ runtime }: PluginManifest): string[] =>
  runtime.type === 'module'
    ? [runtime.entry.replace(/^\.\//u, '')]
    : runtime.command.filter((part) => part.startsWith('./')).map((part) => part.slice(2));

async function readFiles(root: string): Promise<PluginFile[]> {
  const files: PluginFile[] = [];
  let bytes = 0;
  const walk = async (inner: string): Promise<void> => {
    const entries = await readdir(join(root, inner), { withFileTypes: true });
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) {
        await walk(path);
        continue;
      }
      // A link could lead anywhere, and elsewhere tomorrow.
      if (!entry.isFile()) throw new Error(`${path} is neither a file nor a folder`);
      const { size, mode } = await lstat(join(root, path));
      bytes += size;
      if (files.length >= MOST_FILES || bytes > MOST_BYTES)
        throw new Error(`it is larger than ${MOST_FILES} files or ${MOST_BYTES / 1024 / 1024} MB`);
      files.push({ path, executable: (mode & 0o111) !== 0, content: await readFile(join(root, path)) });
    }
  };
  await walk('');
  return files;
}

function digestOf(files: readonly PluginFile[]): string {
  const hash = createHash('sha256');
  for (const { path, executable, content } of files) hash.update(JSON.stringify([path, executable, content.length])).update(content);
  return hash.digest('hex');
}

/** Is the copy still what was read? What is not shut in could have changed it. */
export async function isUntouched({ folder, digest }: LoadedPlugin): Promise<boolean> {
  try {
    return digestOf(await readFiles(folder)) === digest;
  } catch {
    return false;
  }
}

async function copyTo(files: readonly PluginFile[], copy: string): Promise<void> {
  const temporary = `${copy}.part`;
  await rm(temporary, { recursive: true, force: true });
  for (const { path, executable, content } of files) {
    await mkdir(dirname(join(temporary, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(temporary, path), content, { mode: executable ? 0o500 : 0o400 });
  }
  await rm(copy, { recursive: true, force: true });
  await rename(temporary, copy);
}
