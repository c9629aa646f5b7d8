import type { Clock } from '../../contract/clock.ts';
import type { MindSettings, ProviderModel, ProviderSettings } from '../../contract/models.ts';
import { openProvider, type Provider } from '../../models/providers/open-provider.ts';
import type { RoutedProvider } from '../../models/routing/routed-provider.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import type { Log } from '../host/log.ts';
import type { Models } from './open-models.ts';

export interface ProvidersOptions {
  settings(): MindSettings;
  models: Pick<Models, 'local' | 'hasEngine'>;
  secrets: SecretStore;
  clock: Clock;
  newId(): string;
  log: Log;
  /** What a provider at home has is known now. */
  changed(): void;
}

/** ms that a provider has to list its models. */
const LIST_MS = 10_000;
/** ms that somebody waits for a check. */
const CHECK_MS = 20_000;

/** Every provider that is set up, with our own models as the first. */
export class Providers {
  readonly #options: ProvidersOptions;
  readonly #open = new Map<string, { settings: string; provider: Provider }>();
  /** What providers at home say they have, where the person named none. */
  readonly #found = new Map<string, readonly ProviderModel[]>();

  constructor(options: ProvidersOptions) {
    this.#options = options;
    this.settingsChanged();
  }

  /** In the order of the settings, our own first. */
  routed(): RoutedProvider[] {
    const { settings, models } = this.#options;
    const { providers } = settings();
    const own =
      providers.find(({ type }) => type === 'local') ??
      ({ id: 'local', type: 'local', enabled: true, models: [] } satisfies ProviderSettings);
    const local: RoutedProvider = {
      settings: own,
      leavesHouse: false,
      models: models.hasEngine ? models.local.models() : [],
      languageModel: (id) => models.local.languageModel(id),
    };
    const remote = providers
      .filter(({ type }) => type !== 'local')
      .map((each): RoutedProvider => {
        const provider = this.#provider(each);
        return {
          settings: each,
          leavesHouse: provider.leavesHouse,
          models: each.models.length > 0 ? each.models : (this.#found.get(each.id) ?? []),
          languageModel: (id) => provider.languageModel(id),
        };
      });
    return [local, ...remote];
  }

  /** Does it answer, and what has it? `key` is tried instead of the secret. */
  async check(settings: ProviderSettings, key: string | undefined): Promise<{ ok: boolean; sentence: string; models: ProviderModel[] }> {
    if (settings.type === 'local') {
      const models = this.#options.models.local.models();
      const sentence =
        models.length === 0
          ? 'No local model is ready.'
          : `${models.length === 1 ? 'One local model is' : `${models.length} local models are`} ready.`;
      return { ok: models.length > 0, sentence, models };
    }
    const provider = this.#opened(settings, key);
    const signal = AbortSignal.timeout(CHECK_MS);
    try {
      const { ok, sentence, models = [] } = await provider.check(signal);
      return { ok, sentence, models };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { ok: false, sentence: `${provider.name} has not answered within ${CHECK_MS / 1000} seconds.`, models: [] };
    }
  }

  /** Asks those at home anew for what they have. */
  settingsChanged(): void {
    const { providers } = this.#options.settings();
    for (const id of [...this.#open.keys()]) if (!providers.some((each) => each.id === id)) this.#open.delete(id);
    for (const each of providers) {
      if (each.type === 'local' || !each.enabled || each.models.length > 0) continue;
      const provider = this.#provider(each);
      if (!provider.leavesHouse) this.#ask(each.id, provider);
    }
  }

  #ask(id: string, provider: Provider): void {
    const { log, changed } = this.#options;
    provider.listModels(AbortSignal.timeout(LIST_MS)).then(
      (models) => {
        this.#found.set(id, models);
        changed();
      },
      (error: unknown) =>
        log.info({ provider: id, error: error instanceof Error ? error.message : String(error) }, 'a provider did not tell its models'),
    );
  }

  #provider(settings: ProviderSettings): Provider {
    const now = JSON.stringify(settings);
    const open = this.#open.get(settings.id);
    if (open?.settings === now) return open.provider;
    const provider = this.#opened(settings, undefined);
    this.#open.set(settings.id, { settings: now, provider });
    return provider;
  }

  #opened(settings: ProviderSettings, key: string | undefined): Provider {
    const { secrets, clock, newId } = this.#options;
    const { contextSize, idleUnloadMinutes } = this.#options.settings();
    const { secret } = settings;
    return openProvider(settings, {
      key: async () => key ?? (secret === undefined ? undefined : await secrets.get(secret)),
      clock,
      newId,
      contextSize,
      keepMinutes: idleUnloadMinutes,
    });
  }
}
