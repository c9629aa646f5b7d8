import { z } from 'zod';
import type { Authentication } from '../authentication.ts';
import type { ConversationAgent } from '../conversation-agent.ts';
import { eventsBetween, isWholeDay } from '../devices/calendar.ts';
import type { House } from '../house.ts';
import type { SpeechStore } from '../speech-store.ts';
import type { HttpReply, HttpRequest, HttpRoute } from './http-api.ts';

/** `/api/calendars`: the list, and one calendar's events between `start` and `end`. */
export function calendarRoutes(house: House): HttpRoute {
  return ({ method, url }) => {
    if (method !== 'GET') return undefined;
    if (url.pathname === '/api/calendars') {
      const calendars = [...house.entities.values()].filter((entity) => entity.domain === 'calendar');
      return {
        status: 200,
        body: calendars.map((calendar) => ({ name: calendar.attributes.friendly_name, entity_id: calendar.entity_id })),
      };
    }
    const entityId = /^\/api\/calendars\/([^/]+)$/.exec(url.pathname)?.[1];
    return entityId === undefined ? undefined : eventsReply(house, decodeURIComponent(entityId), url.searchParams);
  };
}

function eventsReply(house: House, entityId: string, query: URLSearchParams): HttpReply {
  const calendar = house.entities.get(entityId);
  const [from, to] = [Date.parse(query.get('start') ?? ''), Date.parse(query.get('end') ?? '')];
  if (calendar?.domain !== 'calendar' || Number.isNaN(from) || Number.isNaN(to) || from > to)
    return { status: 400, body: '', type: 'text/plain' };
  const time = (text: string) => (isWholeDay(text) ? { date: text } : { dateTime: text });
  const events = eventsBetween(calendar, from, to).map(({ start, end, summary, description = null, location = null }) => ({
    start: time(start),
    end: time(end),
    summary,
    description,
    location,
    uid: null,
    recurrence_id: null,
    rrule: null,
  }));
  return { status: 200, body: events };
}

const ProcessSchema = z.strictObject({
  text: z.string(),
  conversation_id: z.string().optional(),
  language: z.string().optional(),
  agent_id: z.string().optional(),
});

/** `POST /api/conversation/process`. */
export function conversationRoute(house: House, authentication: Authentication, conversation: ConversationAgent): HttpRoute {
  return async ({ method, url, json }: HttpRequest) => {
    if (method !== 'POST' || url.pathname !== '/api/conversation/process') return undefined;
    const parsed = ProcessSchema.safeParse(json);
    if (!parsed.success) return { status: 400, body: { message: 'Message format incorrect: required key not provided' } };
    const { text, conversation_id: conversationId = null, language = house.settings.language } = parsed.data;
    const context = house.bus.newContext(authentication.userId);
    return { status: 200, body: await conversation.process({ text, conversationId, language, context }) };
  };
}

const SpeechSchema = z.object({ engine_id: z.string(), message: z.string() });

/** `POST /api/tts_get_url` has words spoken and says where to fetch the sound. */
export function speechRoute(speech: SpeechStore, ownUrl: () => string): HttpRoute {
  return ({ method, url, json }) => {
    if (method !== 'POST' || url.pathname !== '/api/tts_get_url') return undefined;
    const parsed = SpeechSchema.safeParse(json);
    if (!parsed.success) return { status: 400, body: { error: 'Must specify platform and message' } };
    const token = speech.reserve();
    speech.fill(token, parsed.data.message);
    const path = `/api/tts_proxy/${token}`;
    return { status: 200, body: { url: `${ownUrl()}${path}`, path } };
  };
}

/** The sound itself needs no token: players have none. */
export function speechProxyRoute(speech: SpeechStore): HttpRoute {
  return ({ method, url }) => {
    const token = /^\/api\/tts_proxy\/([^/]+)$/.exec(url.pathname)?.[1];
    if (method !== 'GET' || token === undefined) return undefined;
    const wav = speech.wav(token);
    return wav ? { status: 200, body: wav, type: 'audio/x-wav' } : { status: 404, body: '404: Not Found', type: 'text/plain' };
  };
}
