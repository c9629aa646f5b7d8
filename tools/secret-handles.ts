import type { ToolOutcome } from '../contract/tool.ts';
import type { Audit } from './audit.ts';
import { withoutTexts } from './redact.ts';
import type { ToolManifest } from './tool.ts';

/** Reads what is kept under a name; undefined when there is nothing. */
export interface SecretSource {
  get(name: string): Promise<string | undefined>;
}

/** The call that wants a secret, as the record names it. */
export interface SecretCall {
  requestId: string;
  turnId: string;
  tool: string;
  digest: string;
}

/** What one call of one tool may redeem. */
export interface CallSecrets {
  /**
   * The value behind a name that the manifest lists. Rejects with a sentence for any other name, when nothing is kept under it, and when the use cannot be
   * written into the record: no record, no secret.
   */
  secret(name: string): Promise<string>;
  /** The outcome with every value that was given out taken from its reason and its output: errors like to quote the address with the key in it. */
  clean(outcome: ToolOutcome): ToolOutcome;
}

export interface SecretHandles {
  for(manifest: Pick<ToolManifest<unknown>, 'title' | 'permissions'>, call: SecretCall): CallSecrets;
}

/** Tools hold names, the host holds values; every use is in the record by its name. */
export function createSecretHandles({ secrets, audit }: { secrets: SecretSource; audit: Pick<Audit, 'write'> }): SecretHandles {
  return {
    for({ title, permissions }, call) {
      const given = new Set<string>();
      const refuse = async (name: string, reason: string): Promise<never> => {
        await audit.write({ kind: 'secret', act: 'refused', name: shortened(name), reason, ...call });
        throw new Error(reason);
      };
      return {
        async secret(name) {
          if (permissions.secrets?.includes(name) !== true) return refuse(name, `${title} may not use the secret "${shortened(name)}".`);
          const value = await secrets.get(name);
          if (value === undefined) {
            return refuse(
              name,
              `${title} needs the secret "${name}", and there is none of that name. Set it with: jarvis secrets set "${name}"`,
            );
          }
          await audit.write({ kind: 'secret', act: 'used', name, ...call });
          // Also as it stands in an address.
          for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')]) given.add(form);
          return value;
        },
        clean(outcome) {
          // The longer form first: one may be a part of another.
          const values = [...given].filter((value) => value !== '').sort((a, b) => b.length - a.length);
          if (values.length === 0) return outcome;
          return {
            ...outcome,
            ...(outcome.reason === undefined ? {} : { reason: String(withoutTexts(outcome.reason, values)) }),
            ...(outcome.output === undefined ? {} : { output: withoutTexts(outcome.output, values) }),
          };
        },
      };
    },
  };
}

/** A name that nobody allowed may be anything. */
const shortened = (name: string): string => name.slice(0, 200);
