import { z } from 'zod';

/** A server that speaks the Model Context Protocol, as a person set it up. Secrets stand as `{secret: name}` and are redeemed when it is started. */
const ValueSchema = z.union([z.string().max(4096), z.object({ secret: z.string().min(1).max(200) }).strict()]);

export const McpServerSettingsSchema = z
  .object({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u, 'the name of an MCP server has small letters, digits and dashes only'),
    transport: z.discriminatedUnion('type', [
      z
        .object({
          type: z.literal('stdio'),
          command: z.string().min(1).max(4096),
          args: z.array(z.string().max(4096)).max(100).default([]),
          env: z.record(z.string().max(200), ValueSchema).default({}),
        })
        .strict(),
      z
        .object({
          type: z.literal('http'),
          url: z.url({ protocol: /^https?$/u, error: 'the address of an MCP server begins with http:// or https://' }).max(2000),
          headers: z.record(z.string().max(200), ValueSchema).default({}),
        })
        .strict(),
    ]),
  })
  .strict();
export type McpServerSettings = z.infer<typeof McpServerSettingsSchema>;

export const McpServerStatusSchema = z.object({
  name: z.string(),
  state: z.enum(['connecting', 'connected', 'disconnected']),
  /** Why not, in words. */
  detail: z.string().optional(),
  /** How it is reached: a command, or a host; never an argument or a header. */
  where: z.string(),
  tools: z.number(),
  /** Tools that it offers and that cannot be taken, with the reason. */
  leftOut: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type McpServerStatus = z.infer<typeof McpServerStatusSchema>;
