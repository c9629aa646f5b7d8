import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { Authentication } from './authentication.ts';
import { makeCertificate } from './certificate.ts';
import { assistCommands } from './commands/assist-commands.ts';
import { authCommands } from './commands/auth-commands.ts';
import { conversationCommands } from './commands/conversation-commands.ts';
import { coreCommands } from './commands/core-commands.ts';
import { historyCommands } from './commands/history-commands.ts';
import { recordCommands } from './commands/record-commands.ts';
import { registryCommands } from './commands/registry-commands.ts';
import { ConversationAgent } from './conversation-agent.ts';
import { furnishDemoHouse } from './demo-house.ts';
import { servicesOf } from './devices/all-services.ts';
import { scriptService } from './devices/run-things.ts';
import { FakeHomeAssistant } from './fake-home-assistant.ts';
import { House } from './house.ts';
import { createHttpListener } from './http/http-api.ts';
import { loginRoutes } from './http/login-routes.ts';
import { calendarRoutes, conversationRoute, speechProxyRoute, speechRoute } from './http/record-routes.ts';
import { Misbehaviour } from './misbehaviour.ts';
import { ServiceRegistry } from './service-registry.ts';
import { SpeechStore } from './speech-store.ts';
import { WebsocketConnection } from './websocket-connection.ts';

export interface FakeHomeAssistantOptions {
  version?: string;
  /** 0: any free port. */
  port?: number;
  /** `demo`: the furnished house; `empty`: nothing but what the test puts in. */
  house?: 'demo' | 'empty';
  token?: string;
  /** False: the token's user may not list what is exposed, nor hear every event. */
  admin?: boolean;
  /** Time before every answer, ms. */
  answerMs?: number;
  /** Https with a certificate nobody has signed. */
  tls?: boolean;
  now?: () => number;
  /** What the pipeline makes of audio; undefined: nothing was said. */
  transcribe?: (audio: Buffer) => string | undefined;
  locationName?: string;
  language?: string;
}

/** Throws where `tls` is wanted and this machine has no `openssl`. */
export async function startFakeHomeAssistant(options: FakeHomeAssistantOptions = {}): Promise<FakeHomeAssistant> {
  const { version = '2026.2.1', port = 0, token = 'fake-long-lived-access-token', answerMs = 0, now = Date.now } = options;
  const certificate = options.tls ? await makeCertificate() : undefined;
  if (options.tls && !certificate) throw new Error('TLS needs the openssl program, which is not on this machine.');
  const { locationName = 'Fake home', language = 'en' } = options;
  const house = new House({ version, locationName, language, timeZone: 'Europe/London', now });
  const authentication = new Authentication(options.admin !== false);
  authentication.addLongLivedToken(token);
  const misbehaviour = new Misbehaviour(answerMs);
  const services = new ServiceRegistry(house, servicesOf(version));
  if (options.house !== 'empty') furnishDemoHouse(house);
  for (const entityId of house.entities.keys()) if (entityId.startsWith('script.')) services.register(scriptService(entityId));
  const conversation = new ConversationAgent(house, services);
  const speech = new SpeechStore();
  const commands = new Map(
    [
      ...coreCommands(services, version),
      ...authCommands(authentication),
      ...registryCommands(version),
      ...historyCommands,
      ...recordCommands(version),
      ...conversationCommands(conversation),
      ...assistCommands({ conversation, speech, transcribe: options.transcribe ?? (() => 'turn on the kitchen ceiling') }),
    ].map((command) => [command.type, command]),
  );
  const connections = new Set<WebsocketConnection>();
  const revoked = (refreshTokenId: string) => {
    for (const connection of connections) if (connection.refreshTokenId === refreshTokenId) connection.close();
  };
  const open = [loginRoutes(authentication, revoked), speechProxyRoute(speech)];
  const guarded = [calendarRoutes(house), conversationRoute(house, authentication, conversation), speechRoute(speech, () => fake.url)];
  const listener = createHttpListener(house, authentication, open, guarded);
  const makeServer = () => {
    const server = certificate
      ? createSecureServer(certificate, (request, response) => void listener(request, response))
      : createServer((request, response) => void listener(request, response));
    const sockets = new WebSocketServer({ server, path: '/api/websocket' });
    sockets.on('connection', (socket) => {
      const connection = new WebsocketConnection({ house, authentication, commands, misbehaviour, socket });
      connections.add(connection);
      socket.on('close', () => connections.delete(connection));
    });
    return server;
  };
  const secure = certificate !== undefined;
  const fake = new FakeHomeAssistant({ house, authentication, misbehaviour, services, connections, token, secure, makeServer });
  await fake.listen(port);
  return fake;
}
