import { z } from 'zod';
import { type Command, command } from '../command.ts';
import type { ConversationAgent } from '../conversation-agent.ts';

const agent = { id: 'conversation.home_assistant', name: 'Home Assistant', supported_languages: ['en'] };

/** `conversation/process` and what goes with it. */
export function conversationCommands(conversation: ConversationAgent): Command[] {
  return [
    command(
      'conversation/process',
      {
        text: z.string(),
        conversation_id: z.string().nullable().optional(),
        language: z.string().optional(),
        agent_id: z.string().optional(),
      },
      async (connection, message, id) => {
        const { text, conversation_id: conversationId = null, language = connection.house.settings.language } = message;
        connection.sendResult(id, await conversation.process({ text, conversationId, language, context: connection.context() }));
      },
    ),
    command('conversation/prepare', { language: z.string().optional(), agent_id: z.string().optional() }, (connection, _message, id) =>
      connection.sendResult(id),
    ),
    command('conversation/agent/list', { language: z.string().optional(), country: z.string().optional() }, (connection, _message, id) =>
      connection.sendResult(id, { agents: [agent] }),
    ),
  ];
}
