import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { type FakeHomeAssistantOptions, startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import type { PipelineRequest } from './assist-pipeline.ts';
import { createHomeAssistantBridge } from './home-assistant-bridge.ts';
import type { PipelineEvent } from './pipeline-event.ts';

const never = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(options: FakeHomeAssistantOptions = {}) {
  const fake = await startFakeHomeAssistant(options);
  const ending = new AbortController();
  const bridge = createHomeAssistantBridge({ url: fake.url, token: async () => fake.token, clock: systemClock, log: silentLog });
  closing.push(async () => {
    ending.abort();
    await fake[Symbol.asyncDispose]();
  });
  await bridge.connect(ending.signal);
  const run = async (request: PipelineRequest): Promise<PipelineEvent[]> => {
    const events: PipelineEvent[] = [];
    for await (const event of bridge.runPipeline(request, never)) events.push(event);
    return events;
  };
  return { fake, bridge, run };
}

async function* speech(...frames: number[][]): AsyncGenerator<Int16Array> {
  for (const frame of frames) yield Int16Array.from(frame);
}

describe("a run of Home Assistant's voice assistant", () => {
  it('hears what is said to it, to the last sample, and speaks its answer', async () => {
    let heard: Buffer | undefined;
    const { fake, bridge, run } = await open({
      transcribe: (audio) => {
        heard = audio;
        return 'turn off the kitchen ceiling';
      },
    });
    const events = await run({ startStage: 'stt', endStage: 'tts', audio: speech([1, -2, 32767], [-32768], []) });
    expect(events.map(({ type }) => type)).toEqual([
      'run-start',
      'stt-start',
      'stt-vad-start',
      'stt-vad-end',
      'stt-end',
      'intent-start',
      'intent-end',
      'tts-start',
      'tts-end',
      'run-end',
    ]);
    expect([...new Int16Array(new Uint8Array(heard ?? []).buffer)]).toEqual([1, -2, 32767, -32768]);
    expect(fake.entity('light.kitchen_ceiling').state).toBe('off');
    const spoken = events.find((event) => event.type === 'tts-end');
    const sound = await bridge.fetchSpeech(spoken?.data.tts_output.url ?? '', never);
    expect(sound.contentType).toMatch(/^audio\/(x-)?wav/);
    expect(new TextDecoder('latin1').decode(sound.bytes.subarray(0, 4))).toBe('RIFF');
  });

  it('understands text', async () => {
    const { run } = await open();
    const events = await run({ startStage: 'intent', endStage: 'intent', text: 'turn on the hall light', conversationId: 'c1' });
    expect(events.map(({ type }) => type)).toEqual(['run-start', 'intent-start', 'intent-end', 'run-end']);
    const answer = events.find((event) => event.type === 'intent-end');
    expect(answer?.data.intent_output).toMatchObject({ conversation_id: 'c1', response: { response_type: 'action_done' } });
  });

  it('speaks text', async () => {
    const { run } = await open();
    expect((await run({ startStage: 'tts', endStage: 'tts', text: 'Hello' })).map(({ type }) => type)).toEqual([
      'run-start',
      'tts-start',
      'tts-end',
      'run-end',
    ]);
  });

  it('ends with the error when nothing was understood', async () => {
    const { run } = await open({ transcribe: () => undefined });
    const events = await run({ startStage: 'stt', endStage: 'stt', audio: speech([0]) });
    expect(events.at(-1)).toEqual({ type: 'error', data: { code: 'stt-no-text-recognized', message: 'No text recognized' } });
  });

  it('lists the assistants that there are', async () => {
    const { bridge } = await open();
    expect(await bridge.pipelines(never)).toEqual([
      expect.objectContaining({
        name: 'Home Assistant',
        language: 'en',
        preferred: true,
        speechToText: 'stt.fake',
        textToSpeech: 'tts.fake',
      }),
    ]);
  });

  it('says when there is no such assistant, or it cannot do that', async () => {
    const { run } = await open();
    await expect(run({ startStage: 'intent', endStage: 'intent', text: 'hi', pipeline: 'none' })).rejects.toMatchObject({
      failure: { code: 'tool-failed', detail: expect.stringMatching(/Pipeline not found/) },
    });
    await expect(run({ startStage: 'wake_word', endStage: 'stt', audio: speech() })).rejects.toMatchObject({
      failure: { code: 'tool-failed' },
    });
    await expect(run({ startStage: 'stt', endStage: 'stt' })).rejects.toThrow(TypeError);
  });

  it('is cancelled when nobody listens any more', async () => {
    const { fake, bridge } = await open();
    let sent = 0;
    async function* endless(): AsyncGenerator<Int16Array> {
      for (;;) {
        sent += 1;
        yield new Int16Array(160);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    for await (const event of bridge.runPipeline({ startStage: 'stt', endStage: 'tts', audio: endless() }, never)) {
      if (event.type === 'stt-vad-start') break;
    }
    await expect.poll(() => fake.misbehaviour.count('unsubscribe_events')).toBeGreaterThan(0);
    const then = sent;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(sent).toBeLessThanOrEqual(then + 1);
  });

  it('fails when the connection is lost in the middle', async () => {
    const { fake, bridge } = await open();
    async function* endless(): AsyncGenerator<Int16Array> {
      for (;;) {
        yield new Int16Array(160);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const running = (async () => {
      for await (const event of bridge.runPipeline({ startStage: 'stt', endStage: 'tts', audio: endless() }, never))
        if (event.type === 'stt-vad-start') fake.loseConnection();
    })();
    await expect(running).rejects.toMatchObject({ failure: { code: 'home-unreachable' } });
  });

  it('fails when the microphone does', async () => {
    const { run } = await open();
    async function* broken(): AsyncGenerator<Int16Array> {
      yield new Int16Array(160);
      throw new Error('microphone unplugged');
    }
    await expect(run({ startStage: 'stt', endStage: 'tts', audio: broken() })).rejects.toThrow('microphone unplugged');
  });

  it('fetches speech from nowhere else', async () => {
    const { bridge } = await open();
    await expect(bridge.fetchSpeech('http://elsewhere.example/x.wav', never)).rejects.toMatchObject({ failure: { code: 'tool-failed' } });
    await expect(bridge.fetchSpeech('//elsewhere.example/x.wav', never)).rejects.toMatchObject({ failure: { code: 'tool-failed' } });
    await expect(bridge.fetchSpeech('/api/tts_proxy/none.wav', never)).rejects.toMatchObject({
      failure: { code: 'tool-failed', detail: expect.stringMatching(/HTTP 404/) },
    });
  });
});
