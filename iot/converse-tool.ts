import { z } from 'zod';
import { JarvisError, sentenceFor } from '../contract/failure.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { plainWords, speaksOfGuarded } from './guarded-words.ts';
import type { Home } from './home.ts';
import type { ConversationAnswer } from './home-bridge.ts';
import { riskOfEntity } from './risk-of-entity.ts';

const ConverseInput = z.strictObject({
  text: z.string().trim().min(1).max(1000),
  conversationId: z.string().max(200).optional(),
  language: z.string().min(2).max(35).default('en'),
});

/** Asks the home's own conversation agent, which may act by itself. Output: `ConversationAnswer`. */
export function converseTool(home: Home): Tool<z.infer<typeof ConverseInput>> {
  const guardedNames = namesOfGuarded(home);
  return {
    manifest: {
      name: 'home.converse',
      version: '1.0.0',
      title: "Ask the home's own assistant",
      description: 'Hands a sentence to the conversation agent of the home, which answers and may operate devices itself.',
      input: ConverseInput,
      secrets: ['text'],
      permissions: { home: true, network: ['*'] },
      risk: 'change',
      taints: 'other',
      reversible: false,
      timeoutMs: 30_000,
    },
    describe: ({ text }) => `Ask the home's own assistant: ${text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 200)}`,
    riskOf({ text, language }) {
      // in a language whose words for doors are not known here nothing can be ruled out
      if (!/^en\b/iu.test(language)) return 'guarded';
      const words = ` ${plainWords(text)} `;
      if (speaksOfGuarded.test(words)) return 'guarded';
      return guardedNames().some((name) => words.includes(` ${name} `)) ? 'guarded' : 'change';
    },
    async run({ text, conversationId, language }, { signal }) {
      const { converse } = home.records;
      if (!converse) return { outcome: 'rejected', reason: 'The home has no assistant of its own to ask.' };
      try {
        return told(await converse(text, { language, ...(conversationId !== undefined && { conversationId }) }, signal));
      } catch (error) {
        if (error instanceof JarvisError) return { outcome: 'failed', reason: sentenceFor(error.failure) };
        throw error;
      }
    },
  };
}

function told(answer: ConversationAnswer): ToolResult {
  switch (answer.type) {
    case 'action_done':
      // its word for it: nothing was seen here
      return { outcome: 'accepted', output: answer };
    case 'query_answer':
      return { outcome: 'confirmed', output: answer };
    case 'error':
      return { outcome: 'rejected', reason: answer.speech, output: answer };
    default:
      return answer.type satisfies never;
  }
}

/** Plain names of everything that asks a person, found anew when names or places have changed. */
function namesOfGuarded(home: Home): () => string[] {
  let version: number | undefined;
  let names: string[] = [];
  return () => {
    if (version === home.structureVersion) return names;
    version = home.structureVersion;
    const lookUp = (entityId: string) => home.entity(entityId);
    names = home
      .snapshot()
      .entities.filter((entity) => riskOfEntity(entity.id, entity, lookUp) === 'guarded')
      .flatMap(({ name, aliases }) => [name, ...aliases].map((each) => plainWords(each).replace(/^(?:the|my|our) /u, '')))
      .filter((name) => name !== '');
    return names;
  };
}
