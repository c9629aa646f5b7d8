import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeWyomingEvent, readWyomingEvents, type WyomingEvent } from '../../main/wyoming/wyoming-wire.ts';
import { ended, makeWorkplace, startJarvis } from './run-jarvis.ts';

/** JARVIS as others ask it: over HTTP in Home Assistant's words, and by Wyoming. One host for all of them. */
const place = await makeWorkplace();
const WYOMING_PORT = 10_473;
let origin = '';
let token = '';
const child = await (async () => {
  await mkdir(place.data, { recursive: true });
  await writeFile(
    `${place.data}/settings.yaml`,
    `server: { port: 0, openBrowser: false }\nwyoming: { port: ${WYOMING_PORT} }\nvoice: { wake: { engine: none } }\n`,
  );
  return startJarvis(['start', '--no-open'], place.data);
})();
const end = ended(child);

beforeAll(async () => {
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /http:\/\/\S+/u.exec(line)?.[0];
    if (address === undefined) continue;
    origin = new URL(address).origin;
    break;
  }
  token = (await readFile(`${place.data}/api-token`, 'utf8')).trim();
}, 60_000);

afterAll(async () => {
  child.kill('SIGTERM');
  await end;
  await place[Symbol.asyncDispose]();
});

async function post(body: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${origin}/api/conversation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

describe('POST /api/conversation', () => {
  test('does what it is asked and says what was seen', async () => {
    const { status, answer } = await post({ text: 'turn on the kitchen light', conversation_id: 'abc' });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      response: { response_type: 'action_done', speech: { plain: { speech: expect.stringMatching(/kitchen light is on/iu) } } },
      conversation_id: 'abc',
      continue_conversation: false,
    });
  });

  test('answers a question as an answer, and follows up on what was said before', async () => {
    expect((await post({ text: 'is the kitchen light on' })).answer).toMatchObject({
      response: { response_type: 'query_answer', speech: { plain: { speech: 'Yes.' } } },
    });
    await post({ text: 'turn on the hall light' });
    expect((await post({ text: 'turn it off again' })).answer).toMatchObject({
      response: { response_type: 'action_done', speech: { plain: { speech: expect.stringMatching(/hall light is off/iu) } } },
    });
  });

  test('says at once that a person has to approve, and does not do it meanwhile', async () => {
    expect((await post({ text: 'unlock the front door' })).answer).toMatchObject({
      response: { response_type: 'action_done', speech: { plain: { speech: expect.stringMatching(/unlock.*need your approval/iu) } } },
    });
    expect((await post({ text: 'is the front door locked' })).answer).toMatchObject({
      response: { speech: { plain: { speech: expect.stringMatching(/^yes/iu) } } },
    });
  });

  test('says that it did not understand', async () => {
    expect((await post({ text: 'sing me the blues in b flat' })).answer).toMatchObject({
      response: { response_type: 'error', data: { code: 'no_intent_match' } },
    });
  });

  test.each([[{}], [{ text: '' }], [{ text: 7 }], [[]]])('refuses %j', async (body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe('Wyoming', () => {
  async function say(text: string): Promise<WyomingEvent> {
    const socket = connect(WYOMING_PORT, '127.0.0.1');
    try {
      socket.write(encodeWyomingEvent({ type: 'transcript', data: { text } }));
      for await (const event of readWyomingEvents(socket)) return event;
      throw new Error('the line ended without an answer');
    } finally {
      socket.destroy();
    }
  }

  test('carries out a transcript, answers it, and declines what it cannot do', async () => {
    expect(await say('turn off the kitchen light')).toMatchObject({
      type: 'handled',
      data: { text: expect.stringMatching(/kitchen light is off/iu) },
    });
    expect(await say('sing me the blues in b flat')).toMatchObject({ type: 'not-handled' });
  });
});
