import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIGenerator } from '@orpc/openapi';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { BodyLimitPlugin } from '@orpc/server/node';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { z } from 'zod';
import { jarvisInterface } from '../../contract/interface.ts';
import { CALL_LIMIT } from './call-limit.ts';
import { escapeHtml } from './escape-html.ts';
import type { Caller, JarvisRouter } from './router.ts';

export interface RestApi {
  /** Answers a request under `/api`; false when it is for none of the procedures. */
  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<boolean>;
  /** The OpenAPI description. */
  specification(): Promise<object>;
  /** The same for people, as HTML that needs nothing else. */
  page(): Promise<string>;
}

/** The contract as REST, for programs that are no page of ours; events come as server-sent events. */
export function createRestApi(router: JarvisRouter, version: string): RestApi {
  const handler = new OpenAPIHandler(router, { plugins: [new BodyLimitPlugin({ maxBodySize: CALL_LIMIT })] });
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  // Made when first asked for: most runs never need it.
  let specification: Promise<object> | undefined;
  const describe = (): Promise<object> =>
    (specification ??= generator.generate(jarvisInterface, {
      info: { title: 'JARVIS', version },
      servers: [{ url: '/api' }],
      security: [{ bearer: [] }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The line in the file api-token of the data folder.' } },
      },
    }));
  return {
    async handle(request, response, caller) {
      const { matched } = await handler.handle(request, response, { prefix: '/api', context: caller });
      return matched;
    },
    specification: describe,
    page: async () => asPage(DescriptionSchema.parse(await describe())),
  };
}

const DescriptionSchema = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.object({ summary: z.string().optional(), requestBody: z.unknown().optional() }))),
});

function asPage({ info, paths }: z.infer<typeof DescriptionSchema>): string {
  const procedures = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { summary, requestBody }]) =>
        `<h2><code>${method.toUpperCase()} /api${escapeHtml(path)}</code></h2><p>${escapeHtml(summary ?? '')}</p>` +
        (requestBody === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(requestBody, undefined, 2))}</pre>`),
    ),
  );
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light"><title>${escapeHtml(info.title)} API</title>` +
    `<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1><p>Send <code>Authorization: Bearer …</code> with the line in the file <code>api-token</code> ` +
    `of the data folder. The whole description: <a href="/api/openapi.json">openapi.json</a>.</p>${procedures.join('')}</html>`
  );
}
