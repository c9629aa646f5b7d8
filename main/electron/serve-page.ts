import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { protocol } from 'electron';
import { PAGE_POLICY, PAGE_SCHEME, pageFile } from './page-origin.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Must run before the app is ready: only a privileged scheme may use the microphone and worklets. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Answers `jarvis://page/…` from the built page's folder. */
export function servePage(folder: string): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const file = pageFile(request.url);
    if (file === undefined) return new Response('No such page.', { status: 404 });
    try {
      const content = await readFile(join(folder, file));
      return new Response(new Uint8Array(content), {
        headers: {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': PAGE_POLICY,
          'x-content-type-options': 'nosniff',
        },
      });
    } catch (error) {
      return new Response(`No such page: ${error instanceof Error ? error.message : 'unreadable'}`, { status: 404 });
    }
  });
}
