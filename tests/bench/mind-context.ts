import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { searchTerms } from '../../assistant/context/content-words.ts';
import { conversationContext } from '../../assistant/context/conversation-context.ts';
import { estimateTokens } from '../../assistant/context/estimate-tokens.ts';
import { FACT_QUESTIONS, longConversation } from '../fakes/long-conversation.ts';
import { type OpenConversations, openConversations } from '../fakes/open-conversations.ts';
import type { Extent } from './recordings.ts';
import { type BenchSection, type Figure, milliseconds, quantile } from './report.ts';

const BUDGET_TOKENS = 8192;
const MESSAGES = 100_000;
const APPENDS = 300;

/** What a long life of conversations costs: the prompt of the next answer, a search over all of them, and one message more. */
export async function benchContext({ thorough }: Extent): Promise<BenchSection> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-conversations-'));
  const open = openConversations(join(folder, 'conversations.sqlite'));
  const repeats = thorough ? 5 : 1;
  const figures: Figure[] = [];
  try {
    let messages = 0;
    for (const turns of [50, 500, 5_000]) {
      const conversationId = fill(open, turns);
      messages += turns * 2;
      const times: number[] = [];
      let tokens = 0;
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        for (const { question } of FACT_QUESTIONS) {
          const began = performance.now();
          const built = conversationContext({
            store: open.store,
            conversationId,
            question,
            person: null,
            system: 'You are the voice of a house.',
            budgetTokens: BUDGET_TOKENS,
            count: estimateTokens,
          });
          times.push(performance.now() - began);
          tokens = Math.max(tokens, built.tokens);
        }
      }
      figures.push(
        {
          name: `prompt of a conversation of ${turns.toLocaleString('en-GB')} turns, p50`,
          ...milliseconds(quantile(times, 0.5)),
          detail: `${times.length} questions; at most ${tokens} tokens`,
        },
        { name: `prompt of a conversation of ${turns.toLocaleString('en-GB')} turns, p99`, ...milliseconds(quantile(times, 0.99)) },
      );
    }

    const turnsEach = 500;
    while (messages < MESSAGES) {
      fill(open, turnsEach);
      messages += turnsEach * 2;
    }
    const [searches, related]: [number[], number[]] = [[], []];
    let hits = 0;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const { question, fact } of FACT_QUESTIONS) {
        let began = performance.now();
        hits += open.store.search(fact.join(' ')).length;
        searches.push(performance.now() - began);
        began = performance.now();
        open.store.related(searchTerms(question), { person: null, except: 'none' }, 20);
        related.push(performance.now() - began);
      }
    }
    const over = messages.toLocaleString('en-GB');
    figures.push(
      {
        name: `search over ${over} messages, p50`,
        ...milliseconds(quantile(searches, 0.5)),
        detail: `${searches.length} searches, ${hits} hits`,
      },
      { name: `search over ${over} messages, p99`, ...milliseconds(quantile(searches, 0.99)), target: '≤ 100 ms' },
      {
        name: `what has to do with a question, over ${over}, p50`,
        ...milliseconds(quantile(related, 0.5)),
        detail: `${related.length} questions`,
      },
      { name: `what has to do with a question, over ${over}, p99`, ...milliseconds(quantile(related, 0.99)), target: '≤ 100 ms' },
    );

    const { id } = open.store.create();
    const appends: number[] = [];
    for (let index = 0; index < APPENDS * repeats; index += 1) {
      const began = performance.now();
      open.say(id, `The kettle has boiled ${index} times since this morning, and nobody has made any tea.`);
      appends.push(performance.now() - began);
    }
    figures.push(
      { name: 'one message more, on the disk, p50', ...milliseconds(quantile(appends, 0.5)), detail: `${appends.length} messages` },
      { name: 'one message more, on the disk, p99', ...milliseconds(quantile(appends, 0.99)) },
    );
  } finally {
    open.database.close();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    title: 'Conversations',
    notes: [
      `in a database on the disk; prompts of at most ${BUDGET_TOKENS.toLocaleString('en-GB')} tokens, ${FACT_QUESTIONS.length} questions after facts of the first turn, other conversations looked into as well`,
      'the conversations that fill the database are much alike, so most words stand in many messages: harder than real ones',
    ],
    figures,
  };
}

/** A conversation of so many turns; gives its id. */
function fill(open: OpenConversations, turns: number): string {
  const { id } = open.store.create();
  open.database.transaction(() => {
    for (const { person, jarvis } of longConversation({ turns, gossip: true })) {
      open.say(id, person);
      open.say(id, jarvis, { role: 'jarvis' });
    }
  });
  return id;
}
