import { z } from 'zod';
import type { Authentication } from '../authentication.ts';
import { type Command, command } from '../command.ts';

/** Who the client is, and a token that stays: what a client does after the login flow. */
export function authCommands(authentication: Authentication): Command[] {
  return [
    command('auth/current_user', {}, (connection, _message, id) => {
      const { isAdmin, userId } = connection;
      connection.sendResult(id, { id: userId, name: 'Fake', is_owner: isAdmin, is_admin: isAdmin, credentials: [], mfa_modules: [] });
    }),
    command(
      'auth/long_lived_access_token',
      { client_name: z.string(), lifespan: z.int().positive(), client_icon: z.string().optional() },
      (connection, message, id) => {
        const token = `long-lived-${message.client_name}-${id}`;
        authentication.addLongLivedToken(token);
        connection.sendResult(id, token);
      },
    ),
  ];
}
