import { JarvisError } from '../../contract/failure.ts';
import { SecretError, type SecretStore } from '../../store/secrets/secret-store.ts';
import { type Audit, verifyAudit } from '../../tools/audit.ts';
import { searchAudit } from '../../tools/search-audit.ts';
import type { Caller, JarvisApi } from '../gateway/router.ts';
import type { SignedCommands } from './signed-commands.ts';
import type { StopControl } from './stop-control.ts';

export interface SafetyParts {
  auditFolder: string;
  audit: Pick<Audit, 'write'>;
  stopControl: StopControl;
  secrets: SecretStore;
  /** Whoever was refused with the value that was there before may try again. */
  secretChanged(name: string): void;
  signedCommands: SignedCommands;
}

/** Entries of a page, where nobody said how many. */
const PAGE = 50;

type SafetyProcedures = Pick<
  JarvisApi,
  'audit' | 'verifyAudit' | 'stopEverything' | 'releaseStop' | 'secrets' | 'setSecret' | 'deleteSecret' | 'signed'
>;

/** The record, the emergency stop, the names of secrets, and commands of other devices. */
export function safetyProcedures({
  auditFolder,
  audit,
  stopControl,
  secrets,
  secretChanged,
  signedCommands,
}: SafetyParts): SafetyProcedures {
  return {
    audit: ({ limit = PAGE, ...search }) => searchAudit(auditFolder, { ...search, limit }),
    async verifyAudit() {
      const { lines, problems } = await verifyAudit(auditFolder);
      return { ok: problems.length === 0, entries: lines, problems };
    },
    async stopEverything(input, caller) {
      await stopControl.stopEverything(input?.by ?? caller.source);
      return { stopped: true };
    },
    releaseStop: async (input, caller) => ({ released: await release(stopControl, input?.by ?? caller.source) }),
    secrets: () => inWords(() => secrets.names()),
    setSecret: ({ name, value }, { source }) =>
      inWords(async () => {
        const replaced = (await secrets.get(name)) !== undefined;
        // No record, no change.
        await audit.write({ kind: 'secret', act: replaced ? 'replaced' : 'kept', name, by: source }, { durable: true });
        await secrets.set(name, value);
        secretChanged(name);
        return { replaced };
      }),
    deleteSecret: ({ name }, { source }) =>
      inWords(async () => {
        const deleted = (await secrets.get(name)) !== undefined;
        if (deleted) await audit.write({ kind: 'secret', act: 'forgotten', name, by: source }, { durable: true });
        if (deleted) await secrets.delete(name);
        if (deleted) secretChanged(name);
        return { deleted };
      }),
    signed: (envelope) => signedCommands.take(envelope),
  };
}

async function release(control: StopControl, by: Caller['source'] | 'cli'): Promise<boolean> {
  try {
    return await control.release(by);
  } catch (error) {
    throw new JarvisError('tool-failed', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** What is wrong with the secrets is a sentence for people already, and holds no value. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SecretError) throw new JarvisError('home-refused', error.message);
    throw error;
  }
}
