import { EnginePackError } from './engine-pack-error.ts';

const LONGEST = 300;

/** What npm printed when it failed, as an error in words. The first line that says something is kept; passwords in addresses are not. */
export function npmTrouble(output: string): EnginePackError {
  const said = firstSaid(output);
  const host = /https?:\/\/(?:[^\s/@]*@)?([^\s/:]+)/u.exec(output)?.[1];
  const registry = host === undefined ? 'The npm registry' : `The npm registry ${host}`;
  if (/\bENOSPC\b|no space left/iu.test(output))
    return new EnginePackError('disk-full', 'The disk is full; nothing of the engine was kept');
  if (/\bEINTEGRITY\b/u.test(output))
    return new EnginePackError('wrong-content', `${registry} sent something else than was pinned; nothing of it was kept`);
  if (/\bE40[13]\b/u.test(output)) return new EnginePackError('refused', `${registry} asks for a login that npm does not have`);
  if (/\b(E404|ETARGET|ENOVERSIONS)\b/u.test(output))
    return new EnginePackError('not-published', `${registry} does not have the engine: ${said}`);
  if (/\bEBADPLATFORM\b/u.test(output)) return new EnginePackError('no-such-build', `This build is not made for this system: ${said}`);
  if (UNREACHABLE.test(output))
    return new EnginePackError('unreachable', `${registry} cannot be reached; the engine is fetched from there`);
  return new EnginePackError('failed', `npm could not fetch the engine: ${said}`);
}

const UNREACHABLE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|ENOTCACHED|UNABLE_TO_\w+|CERT_\w+|SELF_SIGNED_\w+)\b/u;

function firstSaid(output: string): string {
  const lines = output
    .split(/\r?\n/u)
    .map((line) => line.replace(/^npm (error|ERR!)\s*/iu, '').trim())
    .filter((line) => line !== '' && !/^(code |errno |syscall |A complete log|Note that|npm warn)/iu.test(line));
  const [line = 'it did not say why'] = lines;
  return withoutPasswords(line).slice(0, LONGEST);
}

const withoutPasswords = (text: string): string => text.replace(/(https?:\/\/)[^\s/@]*@/gu, '$1');
