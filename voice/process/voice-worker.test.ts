import { describe, expect, it } from 'vitest';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import type { HostToVoice, VoiceToHost } from '../../contract/voice-message.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { FakeTranscriber, FakeVoiceActivityDetector, FakeWakeDetector, say } from '../../tests/fakes/fake-speech.ts';
import type { PhraseTranscriber, Synthesizer } from '../engine.ts';
import type { EngineFactories } from './voice-engines.ts';
import { VoiceWorker } from './voice-worker.ts';

const settings = VoiceSettingsSchema.parse({});
const report = (part: 'wake' | 'vad' | 'stt' | 'tts', engine: string) => ({ part, engine, detail: 'fake', fellBack: false });

class FakePhrases extends FakeTranscriber implements PhraseTranscriber {
  readonly grammars: string[] = [];
  async setGrammar(id: string, jsgf: string): Promise<void> {
    if (jsgf === 'broken') throw new Error('line 1: broken');
    this.grammars.push(id);
  }
}

const hum: Synthesizer = {
  name: 'hum',
  async *speak(text, _voice, signal) {
    for (let at = 0; !signal.aborted; at += 1000) {
      if (text === 'croak') throw new Error('no voice today');
      yield { samples: new Int16Array(16_000), sampleRate: 16_000, at };
      if (text !== 'for ever' && at >= 2000) return;
    }
  },
  [Symbol.dispose]: () => undefined,
};

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function open(factories: Partial<EngineFactories> = {}) {
  const posted: VoiceToHost[] = [];
  const clock = new FakeClock();
  const transcribers: FakePhrases[] = [];
  let turns = 0;
  const worker = new VoiceWorker({
    clock,
    newTurnId: () => {
      turns += 1;
      return `t${turns}`;
    },
    residentBytes: () => 42,
    post: (message) => {
      posted.push(message);
      if (message.type === 'completeness-question') {
        send({ type: 'completeness', questionId: message.questionId, completeness: message.text === 'stop' ? 'closed' : 'incomplete' });
      }
    },
    factories: {
      wake: async () => ({ engine: new FakeWakeDetector(), report: report('wake', 'fake') }),
      vad: async () => ({ engine: new FakeVoiceActivityDetector(), report: report('vad', 'fake') }),
      stt: async () => {
        const engine = new FakePhrases({ sentences: ['stop', 'hello'], failsAt: 'noise' });
        transcribers.push(engine);
        return { engine, report: report('stt', 'fake') };
      },
      tts: async () => ({ engine: hum, report: report('tts', 'hum') }),
      ...factories,
    },
  });
  const send = (message: HostToVoice) => worker.receive(message);
  const of = <Type extends VoiceToHost['type']>(type: Type) =>
    posted.filter((message): message is Extract<VoiceToHost, { type: Type }> => message.type === type);
  const story = (streamId: string) =>
    of('turn-event').flatMap((message) => (message.streamId === streamId ? [`${message.event.turnId} ${message.event.type}`] : []));
  return { worker, send, posted, of, story, clock, transcribers };
}

const configure: HostToVoice = { type: 'configure', settings, dataFolder: '' };
const stream = (streamId: string, pace: 'live' | 'offline' = 'offline', wake: 'auto' | 'none' = 'auto'): HostToVoice => ({
  type: 'open-stream',
  streamId,
  wake,
  pace,
  source: 'file',
});

describe('the voice process', () => {
  it('tells which engines it uses, and again only loads what changed', async () => {
    let loaded = 0;
    const { send, of } = open({
      tts: async () => {
        loaded += 1;
        return { engine: hum, report: report('tts', 'hum') };
      },
    });
    send(configure);
    send({ ...configure, settings: { ...settings, wake: { ...settings.wake, sensitivity: 0.9 } } });
    await settle();
    expect(of('engines').map(({ engines }) => engines.map(({ part, engine }) => `${part} ${engine}`))).toEqual([
      ['wake fake', 'vad fake', 'stt fake', 'tts hum'],
      ['wake fake', 'vad fake', 'stt fake', 'tts hum'],
    ]);
    expect(loaded).toBe(1);
  });

  it('reports an engine that does not start, and works with the others', async () => {
    const { send, of } = open({ stt: () => Promise.reject(new Error('no model')) });
    send(configure);
    await settle();
    expect(of('engines')[0]?.engines.find(({ part }) => part === 'stt')).toEqual({
      part: 'stt',
      engine: 'none',
      detail: 'it did not start: no model',
      fellBack: true,
    });
  });

  it('hears several streams at once, and tells each one its own turns', async () => {
    const { send, story, of } = open();
    send(configure);
    for (const id of ['a', 'b']) send(stream(id));
    send(stream('c', 'offline', 'none'));
    await settle();
    for (const sound of [say(300, 'jarvis'), say('stop', 900)]) {
      for (const streamId of ['a', 'b']) send({ type: 'audio', streamId, samples: sound });
    }
    send({ type: 'audio', streamId: 'c', samples: say(300, 'hello', 300) });
    for (const streamId of ['a', 'b', 'c']) send({ type: 'end-stream', streamId });
    await settle();
    for (const id of ['a', 'b']) {
      expect(story(id).map((line) => line.replace(/t\d/, 't'))).toEqual([
        't turn-started',
        't wake-heard',
        't speech-started',
        't transcript-delta',
        't speech-ended',
        't transcript-ended',
      ]);
    }
    expect(story('c').at(-1)).toMatch(/transcript-ended/);
    expect(
      of('stream-ended')
        .map(({ streamId }) => streamId)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(of('level').length).toBeGreaterThan(5);
  });

  it('asks a recording for as much as it can hear, and waits for engines and grammar first', async () => {
    const { send, of, transcribers } = open();
    send(stream('early'));
    send({ type: 'end-stream', streamId: 'early' });
    send(configure);
    send({ type: 'set-grammar', id: 'g1', jsgf: '' });
    send(stream('a'));
    await settle();
    expect(transcribers[0]?.grammars).toEqual(['g1']);
    const first = of('pull').find(({ streamId }) => streamId === 'a')?.samples;
    expect(first).toBe(32_000);
    send({ type: 'audio', streamId: 'a', samples: new Int16Array(12_345) });
    await settle();
    expect(of('pull').at(-1)).toEqual({ type: 'pull', streamId: 'a', samples: 12_345 });
  });

  it('says when a grammar is ready, refused, or overtaken', async () => {
    const { send, of } = open();
    send(configure);
    await settle();
    send({ type: 'set-grammar', id: 'g1', jsgf: '' });
    send({ type: 'set-grammar', id: 'g2', jsgf: 'broken' });
    await settle();
    expect(of('grammar-ready').map(({ id, error }) => `${id} ${error}`)).toEqual([
      'g1 a newer grammar came before this one was ready',
      'g2 line 1: broken',
    ]);
    send({ type: 'set-grammar', id: 'g3', jsgf: '' });
    await settle();
    expect(of('grammar-ready').at(-1)).toEqual({ type: 'grammar-ready', id: 'g3', ms: 0 });
  });

  it('brings a recogniser back that failed, with its grammar', async () => {
    const { send, story, transcribers } = open();
    send(configure);
    send({ type: 'set-grammar', id: 'g1', jsgf: '' });
    send(stream('a', 'live'));
    await settle();
    for (const sound of [say(300, 'jarvis noise', 1500), say('jarvis stop', 900)]) {
      send({ type: 'audio', streamId: 'a', samples: sound });
      await settle();
    }
    expect(story('a')).toContain('t1 turn-failed');
    expect(story('a').at(-1)).toBe('t2 transcript-ended');
    expect(transcribers.map(({ grammars }) => grammars)).toEqual([['g1'], ['g1']]);
  });

  it('ends a dropped stream, and takes no more sound for it', async () => {
    const { send, of, story } = open();
    send(configure);
    send(stream('a', 'live'));
    await settle();
    send({ type: 'audio', streamId: 'a', samples: say(300, 'jarvis hello', 200) });
    await settle();
    send({ type: 'drop-stream', streamId: 'a' });
    await settle();
    send({ type: 'audio', streamId: 'a', samples: say('jarvis', 900) });
    await settle();
    expect(story('a').at(-1)).toBe('t1 turn-failed');
    expect(of('stream-ended')).toHaveLength(1);
  });

  it('drops the oldest live sound when it is too far behind, and says so', async () => {
    const { send, of, story } = open();
    send(stream('a', 'live'));
    for (let second = 0; second < 8; second += 1) send({ type: 'audio', streamId: 'a', samples: say(1000) });
    send({ type: 'audio', streamId: 'a', samples: say('jarvis stop', 900) });
    send(configure);
    await settle();
    expect(
      of('log')
        .filter(({ level }) => level === 'warn')
        .map(({ message }) => message),
    ).toEqual(['stream a: too far behind, the oldest sound was dropped']);
    expect(story('a').at(-1)).toBe('t1 transcript-ended');
  });

  it('speaks, stops when told to, and says when it cannot', async () => {
    const { send, of, clock } = open();
    send(configure);
    await settle();
    send({ type: 'speak', speechId: 's1', turnId: 't', text: 'short' });
    send({ type: 'speak', speechId: 's2', turnId: 't', text: 'croak' });
    await settle();
    expect(of('speech-audio').filter(({ speechId }) => speechId === 's1')).toHaveLength(3);
    expect(of('speech-ended')).toEqual([
      { type: 'speech-ended', speechId: 's2', error: 'no voice today' },
      { type: 'speech-ended', speechId: 's1' },
    ]);
    send({ type: 'speak', speechId: 's3', turnId: 't', text: 'for ever' });
    await settle();
    const made = () => of('speech-audio').filter(({ speechId }) => speechId === 's3').length;
    // No further ahead than a minute and one frame.
    expect(made()).toBe(61);
    await clock.advance(10_000);
    await settle();
    expect(made()).toBe(71);
    send({ type: 'stop-speaking', speechId: 's3' });
    await settle();
    expect(of('speech-ended').at(-1)).toEqual({ type: 'speech-ended', speechId: 's3' });
  });

  it('answers a ping, and drops what is no message', async () => {
    const { send, worker, of } = open();
    send({ type: 'ping', id: 7 });
    for (const nonsense of [undefined, 'hello', { type: 'audio', streamId: 'a', samples: [1, 2] }, { type: 'launch' }])
      worker.receive(nonsense);
    expect(of('pong')).toEqual([{ type: 'pong', id: 7, residentBytes: 42 }]);
    expect(of('log').filter(({ level }) => level === 'error')).toHaveLength(4);
  });
});
