import type { Mind } from '../turn/mind.ts';
import type { AgentContext, AgentOptions, ContextRequest } from './agent-options.ts';
import { AgentTurn } from './agent-turn.ts';
import { lengthOf } from './turn-room.ts';

/** A mind that is a language model in a loop with the tools behind the gate. Keeps nothing between turns: what it remembers comes in with `context`. */
export function createAgentMind(options: AgentOptions): Mind {
  return {
    answer: (request, emit, signal) => new AgentTurn(options, request, emit, signal).run(),
  };
}

/** The least that a model has to read: how it works, and what was said. */
export async function plainContext({ instructions, text }: ContextRequest): Promise<AgentContext> {
  return {
    prompt: [
      { role: 'system', content: instructions },
      { role: 'user', content: [{ type: 'text', text }] },
    ],
    tokens: lengthOf(instructions) + lengthOf(text),
  };
}
