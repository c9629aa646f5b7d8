import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../contract/clock.ts';
import { openApiToken } from '../gateway/api-token.ts';
import { createRouter } from '../gateway/router.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import type { InterfaceParts } from './interface-api.ts';
import { interfaceApi } from './interface-api.ts';
import type { Log } from './log.ts';
import { readVersion } from './version.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** Bytes of a request to JARVIS as an MCP server; a tool's input is far less. */
const MCP_BODY_LIMIT = 1_000_000;

export interface Pages extends AsyncDisposable {
  /** `http://127.0.0.1:7400` */
  origin: string;
  /** With a token that lets one browser in, once. */
  address: string;
  newAddress(): string;
}

/** Serves the page, its API and its sound on loopback. */
export async function openPages(
  parts: InterfaceParts,
  options: { dataFolder: string; log: Log; clock: Clock; strictPort: boolean },
): Promise<Pages> {
  const { host, port } = parts.settings.server;
  const randomToken = (): string => randomBytes(24).toString('base64url');
  const gateway = await startGateway({
    host,
    port,
    strictPort: options.strictPort,
    pageFolder: PAGE_FOLDER,
    router: createRouter(interfaceApi(parts), options.log),
    audio: parts.sound,
    mcp: {
      bodyLimit: MCP_BODY_LIMIT,
      async serve(request, response, body) {
        // The protocol's code is large, and most people never ask for it.
        const { serveMcp } = await import('../mcp/mcp-service.ts');
        await serveMcp(request, response, body, { ...parts, version: readVersion() });
      },
    },
    version: readVersion(),
    apiToken: await openApiToken(options.dataFolder, randomToken),
    log: options.log,
    clock: options.clock,
    randomToken,
    finishHomeLogin: async (state, code, signal) => {
      const { credentials, url, insecure, returnTo } = await parts.logins.finish(state, code, signal);
      const { connection } = await parts.connections.connect({ url, insecure, credentials }, signal);
      return { title: connection.title, returnTo };
    },
  });
  return {
    address: gateway.address,
    origin: new URL(gateway.address).origin,
    newAddress: () => gateway.newAddress(),
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}
