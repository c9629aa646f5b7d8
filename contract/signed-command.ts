import { z } from 'zod';

/** What another device may ask for with nothing but its signature. */
export const DeviceCommandSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('ask'),
      text: z.string().trim().min(1).max(1000),
      /** Area id or name. */
      room: z.string().min(1).max(200).optional(),
      dryRun: z.boolean().optional(),
    })
    .strict(),
  z.object({ type: z.literal('stop') }).strict(),
]);
export type DeviceCommand = z.infer<typeof DeviceCommandSchema>;

/** Signed with Ed25519 over the canonical JSON of everything but the signature. */
export const SignedCommandSchema = z
  .object({
    version: z.literal(1),
    /** Id of the host it is meant for; any other refuses it. */
    audience: z.string().min(1).max(100),
    /** Id of the key: what `jarvis trust key` shows. */
    sender: z.string().regex(/^[\w-]{43}$/u),
    /** 128 random bits; good once. */
    nonce: z.string().regex(/^[\w-]{22}$/u),
    /** ms since the epoch */
    issuedAt: z.number().int().nonnegative(),
    expiresAt: z.number().int().nonnegative(),
    command: DeviceCommandSchema,
    /** base64url */
    signature: z.string().regex(/^[\w-]{86}$/u),
  })
  .strict();
export type SignedCommand = z.infer<typeof SignedCommandSchema>;

/** `reply`: what JARVIS says to it, or why it was refused. */
export const SignedAnswerSchema = z.object({ accepted: z.boolean(), reply: z.string(), ok: z.boolean() });
export type SignedAnswer = z.infer<typeof SignedAnswerSchema>;
