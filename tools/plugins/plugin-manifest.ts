import { z } from 'zod';
import { PermissionsSchema, RISKS } from '../../contract/tool.ts';

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u, 'small letters, digits and dashes, 40 at most');
const Words = (most: number) => z.string().trim().min(1).max(most);

/** A path in the plugin's folder: it may not lead out of it. */
const InnerPath = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..'),
    'must lie in the folder of the plugin',
  );

const RuntimeSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('executable'),
      /** A file of the plugin (`./weather`) or a program of the system (`/usr/bin/python3`), then arguments; `./…` there is a file of the plugin too. */
      command: z.array(z.string().min(1).max(1000)).min(1).max(50),
    })
    .strict(),
  z
    .object({
      type: z.literal('container'),
      /** An image that is on this machine already. */
      image: z
        .string()
        .regex(/^[a-z0-9][\w./:@-]*$/u, 'a name of an image')
        .max(300),
      /** A program of the image, then arguments; what begins with `./` is a file of the plugin. */
      command: z.array(z.string().min(1).max(1000)).min(1).max(50),
    })
    .strict(),
  z
    .object({
      type: z.literal('module'),
      /** JavaScript module whose default export has one function for each tool. */
      entry: InnerPath,
    })
    .strict(),
]);

const PluginToolSchema = z
  .object({
    name: Name,
    title: Words(80),
    description: Words(2000),
    /** JSON Schema of an object. */
    input: z.record(z.string(), z.unknown()),
    /** Checked before anybody sees it. */
    output: z.record(z.string(), z.unknown()).optional(),
    risk: z.enum(RISKS).default('guarded'),
    reversible: z.boolean().default(false),
    /** ms */
    timeout: z.number().int().min(100).max(600_000).default(30_000),
    rateLimit: z
      .object({ calls: z.number().int().min(1).max(10_000), seconds: z.number().min(1).max(86_400) })
      .strict()
      .optional(),
  })
  .strict();
export type PluginTool = z.infer<typeof PluginToolSchema>;

/** What nothing hands to a program of somebody else; it goes through tools of ours. */
const OUT_OF_REACH = ['home', 'timers', 'system'] as const;

/** `plugins/<name>/manifest.json`. */
export const PluginManifestSchema = z
  .object({
    name: Name,
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/u, 'a version like 1.0.0')
      .max(50),
    title: Words(80),
    description: Words(2000),
    runtime: RuntimeSchema,
    permissions: PermissionsSchema.default({}).superRefine((permissions, context) => {
      for (const part of OUT_OF_REACH) {
        if (permissions[part] !== undefined)
          context.addIssue({ code: 'custom', path: [part], message: 'no plugin is given this; only tools of JARVIS reach it' });
      }
    }),
    limits: z
      .object({
        /** Of all its processes together. */
        memoryMb: z.number().int().min(16).max(8192).default(512),
        processes: z.number().int().min(1).max(256).default(32),
        outputKb: z.number().int().min(1).max(16_384).default(1024),
        fileMb: z.number().int().min(1).max(4096).default(256),
      })
      .strict()
      .prefault({}),
    tools: z.array(PluginToolSchema).min(1).max(50),
  })
  .strict()
  .superRefine(({ tools }, context) => {
    const names = tools.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) context.addIssue({ code: 'custom', path: ['tools'], message: `there are two tools called ${twice}` });
  });
export type PluginManifest = z.infer<typeof PluginManifestSchema>;

/** The first thing that is wrong, in words: `tools.0.name: …`. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it cannot be read';
  return `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`.slice(0, 300);
}
