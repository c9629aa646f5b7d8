import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { z } from 'zod';
import { PlanProposalSchema } from './check-plan.ts';
import { inputSchema } from './shown-tools.ts';

/** Functions of the loop itself; none of them is a tool, and none of them has an effect but through tools. */
export const SAY_COMMAND = 'say_command';
export const SEARCH_TOOLS = 'tools_search';
export const PROPOSE_PLAN = 'plan_propose';
export const OWN_FUNCTIONS = [SAY_COMMAND, SEARCH_TOOLS, PROPOSE_PLAN] as const;

export const SayCommandSchema = z.strictObject({
  sentence: z.string().min(1).max(300).describe('One plain English sentence, as a person would say it.'),
  read_answer: z
    .boolean()
    .default(false)
    .describe('Only when you need to know the answer yourself to go on. The person hears it in any case.'),
});

export const SearchToolsSchema = z.strictObject({ words: z.string().min(1).max(200).describe('A few words of what is to be done.') });

/** With sentences that work, so that a model says them in the same manner. */
export function ownFunctions(examples: readonly string[]): LanguageModelV4FunctionTool[] {
  const like = examples.length === 0 ? '' : ` For example: ${examples.map((example) => `"${example}"`).join(', ')}.`;
  return [
    {
      type: 'function',
      name: SAY_COMMAND,
      description: `Carries out a simple wish for the home, timers or this computer, or answers a simple question about them. It knows every device by its name and room, so you need not look them up. The person is told what came of it.${like}`,
      inputSchema: schemaOf(SayCommandSchema),
    },
    {
      type: 'function',
      name: SEARCH_TOOLS,
      description: 'Finds more functions by what they do. What is found can be called afterwards.',
      inputSchema: schemaOf(SearchToolsSchema),
    },
    {
      type: 'function',
      name: PROPOSE_PLAN,
      description:
        'Hands in a plan for a wish that takes several steps which depend on each other or change something. The person sees it and says which steps may be done; then it is run for you and you are told what came of it. After a failure hand in the rest again, changed.',
      inputSchema: schemaOf(PlanProposalSchema),
    },
  ];
}

const schemaOf = (schema: z.ZodType) => inputSchema(z.toJSONSchema(schema, { io: 'input' }));
