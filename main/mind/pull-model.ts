import { JarvisError } from '../../contract/failure.ts';
import type { CatalogueEntry } from '../../contract/models.ts';
import { CATALOGUE, findInCatalogue, fromGguf } from '../../models/catalogue/catalogue.ts';
import type { DownloadFile } from '../../models/download/download-manager.ts';
import { GgufError } from '../../models/gguf/gguf-error.ts';
import { readGgufUrl } from '../../models/gguf/read-gguf.ts';
import { modelIdOf } from './list-models.ts';

export interface WantedDownload {
  file: DownloadFile;
  /** Files without which it is of no use. */
  alongside: DownloadFile[];
  entry?: CatalogueEntry;
}

/**
 * What is to be fetched for `wanted`: an id of the list, `id:quantisation`, or the address of a GGUF, of which the header is looked at first.
 * Throws a `JarvisError` in words: unknown, a licence that has to be accepted, no model at that address.
 */
export async function downloadFor(wanted: string, acceptLicence: boolean, signal: AbortSignal): Promise<WantedDownload> {
  if (/^https?:\/\//iu.test(wanted)) return fromAddress(wanted, signal);
  const chosen = findInCatalogue(wanted);
  if (chosen === undefined) throw new JarvisError('refused', unknownWords(wanted));
  const { entry, file, alongside } = chosen;
  const { licence } = entry;
  if (licence.mustAccept === true && !acceptLicence) {
    const where = licence.url === undefined ? '' : ` (${licence.url})`;
    throw new JarvisError('refused', `${entry.title} comes under the ${licence.name}${where}, which you have to accept first.`);
  }
  const modelId = modelIdOf(entry.id, file);
  const asDownload = (each: typeof file): DownloadFile => ({
    title: each.quantisation === '-' ? entry.title : `${entry.title} ${each.quantisation}`,
    modelId,
    kind: entry.kind,
    url: each.url,
    name: each.name,
    bytes: each.bytes,
    ...(each.estimated === undefined ? {} : { estimated: each.estimated }),
    ...(each.sha256 === undefined ? {} : { sha256: each.sha256 }),
  });
  return { file: asDownload(file), alongside: alongside.map(asDownload), entry };
}

async function fromAddress(url: string, signal: AbortSignal): Promise<WantedDownload> {
  try {
    const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
    const about = fromGguf(name, await readGgufUrl(url, signal));
    if (about.problem !== undefined) throw new JarvisError('refused', `${about.problem}.`);
    return { file: { title: about.title, modelId: about.id, kind: about.kind, url, name }, alongside: [] };
  } catch (error) {
    if (error instanceof JarvisError) throw error;
    if (error instanceof GgufError) throw new JarvisError('refused', `${error.message}.`, { cause: error });
    if (error instanceof TypeError || error instanceof URIError)
      throw new JarvisError('refused', `${url.slice(0, 200)} cannot be fetched.`, { cause: error });
    throw error;
  }
}

function unknownWords(wanted: string): string {
  const [id = ''] = wanted.toLowerCase().split(':');
  const entry = CATALOGUE.find((each) => each.id === id);
  if (entry !== undefined) {
    const there = entry.files.map(({ quantisation }) => quantisation).join(', ');
    return `${entry.title} is there as ${there} only.`;
  }
  const near = CATALOGUE.filter((each) => id.length >= 3 && each.id.includes(id)).map((each) => each.id);
  const hint = near.length === 0 ? '“jarvis models list” shows what there is' : `did you mean ${near.slice(0, 4).join(', ')}?`;
  return `There is no model called ${wanted.slice(0, 80)} in the list; ${hint}`;
}
