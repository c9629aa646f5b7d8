import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import type { Home } from '../../iot/home.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { JarvisApi } from '../gateway/router.ts';
import type { OwnSentences } from './own-sentences.ts';
import { tryText } from './try-text.ts';
import type { Vocabulary } from './vocabulary.ts';

/** ms; a question may look things up. */
const TRIAL_MS = 20_000;

export interface SentenceParts {
  home: Home;
  ownSentences: OwnSentences;
  vocabulary: Vocabulary;
  services: TurnServices;
  registry: ToolRegistry;
  /** Aborts when the host ends. */
  ending: AbortSignal;
  /** Area id of the room this machine stands in. */
  room(): string | undefined;
}

/** The person's own sentences, and what any sentence would do. */
export function sentenceProcedures(
  { home, ownSentences, vocabulary, services, registry, ending, room }: SentenceParts,
  areaNamed: (room: string) => string,
): Pick<JarvisApi, 'ownSentences' | 'saveOwnSentences' | 'tryText'> {
  return {
    async ownSentences() {
      const text = await ownSentences.text();
      const { problems } = await ownSentences.check(text, home.snapshot());
      return { text, path: ownSentences.path, problems };
    },
    async saveOwnSentences({ text }) {
      const { loaded, problems } = await ownSentences.check(text, home.snapshot());
      if (loaded === undefined) return { saved: false, problems };
      await ownSentences.save(text);
      vocabulary.replace(loaded);
      return { saved: true, problems };
    },
    async tryText({ text, room: said, sentences }) {
      const where = said === undefined ? room() : areaNamed(said);
      const draft = sentences === undefined ? undefined : await ownSentences.check(sentences, home.snapshot());
      const loaded = draft?.loaded;
      const book = loaded === undefined ? undefined : compilePhrasebook(loaded, home.snapshot());
      const trial = await tryText(
        { text, room: where },
        { ...services, registry, ...(book !== undefined && { phrasebook: () => book }) },
        AbortSignal.any([ending, AbortSignal.timeout(TRIAL_MS)]),
      );
      return { ...trial, problems: draft?.problems ?? [] };
    },
  };
}
