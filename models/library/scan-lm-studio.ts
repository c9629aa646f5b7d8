import { basename } from 'node:path';
import { type FoundModel, kindByName, plainTitle } from './found-model.ts';
import { walkFiles } from './walk-files.ts';

/** GGUF files in a models folder of LM Studio: `publisher/repository/file.gguf`. */
export async function scanLmStudio(folder: string): Promise<FoundModel[]> {
  const files = (await walkFiles(folder)).filter((each) => /\.gguf$/iu.test(each.name));
  return files.flatMap(({ path, name, bytes }) => {
    const file = basename(name);
    const part = /-(\d{5})-of-(\d{5})\.gguf$/iu.exec(file);
    // Eyes of a model, and the later parts of a split one, are no models of their own.
    if (/^mmproj/iu.test(file) || (part !== null && Number(part[1]) !== 1)) return [];
    const stem = part === null ? '' : name.slice(0, -part[0].length);
    const whole =
      part === null ? bytes : files.filter((each) => each.name.startsWith(`${stem}-`)).reduce((sum, each) => sum + each.bytes, 0);
    const hasEyes = files.some(
      (each) => each.name !== name && folderOf(each.name) === folderOf(name) && /^mmproj/iu.test(basename(each.name)),
    );
    return [
      {
        program: 'LM Studio' as const,
        title: plainTitle(file.replace(/\.gguf$/iu, '')),
        path,
        bytes: whole,
        kind: kindByName(file),
        ...(hasEyes && { note: 'Its part for pictures (mmproj) lies beside it.' }),
      },
    ];
  });
}

const folderOf = (name: string): string => name.slice(0, -basename(name).length);
