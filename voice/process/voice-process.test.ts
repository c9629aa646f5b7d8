import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import { type HostToVoice, type VoiceToHost, VoiceToHostSchema } from '../../contract/voice-message.ts';
import { decodeWav } from '../audio/wav.ts';

const entry = fileURLToPath(new URL('./voice-process.ts', import.meta.url));
const fixtures = process.env.JARVIS_FIXTURES ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));
const lamp = `${fixtures}/commands/home/wyoming-fw_turn_on_the_living_room_lamp.wav`;
const grammar = `#JSGF V1.0;
grammar home;
public <command> = turn ( on | off ) the ( living room | kitchen ) ( lamp | light ) | what time is it;`;

describe('the voice process', { timeout: 60_000 }, () => {
  let child: ChildProcess;
  const received: VoiceToHost[] = [];
  let notify = () => {};

  const send = (message: HostToVoice) => child.send(message);

  const all = <Type extends VoiceToHost['type']>(type: Type) =>
    received.filter((message): message is Extract<VoiceToHost, { type: Type }> => message.type === type);

  async function first<Type extends VoiceToHost['type']>(
    type: Type,
    which: (message: Extract<VoiceToHost, { type: Type }>) => boolean = () => true,
  ) {
    for (;;) {
      const match = all(type).find(which);
      if (match) return match;
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  }

  beforeAll(async () => {
    child = fork(entry, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.on('message', (raw) => {
      const message = VoiceToHostSchema.parse(raw);
      if (message.type === 'completeness-question')
        send({ type: 'completeness', questionId: message.questionId, completeness: 'incomplete' });
      received.push(message);
      notify();
    });
    send({ type: 'configure', settings: VoiceSettingsSchema.parse({ tts: { engine: 'espeak-ng-wasm' } }), dataFolder: '' });
    send({ type: 'set-grammar', id: 'g1', jsgf: grammar });
    await first('engines');
  }, 60_000);

  afterAll(() => {
    child.kill('SIGKILL');
  });

  it('loads an engine for every part', async () => {
    const { engines } = await first('engines');
    expect(engines.map(({ part }) => part)).toEqual(['wake', 'vad', 'stt', 'tts']);
    expect(engines.filter(({ part, engine }) => part !== 'wake' && engine === 'none')).toEqual([]);
    expect(await first('grammar-ready')).toMatchObject({ id: 'g1' });
  });

  it('tells how much memory it uses', async () => {
    send({ type: 'ping', id: 1 });
    expect((await first('pong')).residentBytes).toBeGreaterThan(20_000_000);
  });

  it('says why it cannot use a grammar', async () => {
    send({ type: 'set-grammar', id: 'broken', jsgf: 'public <x> = (;' });
    expect((await first('grammar-ready', ({ id }) => id === 'broken')).error).toBeTruthy();
  });

  it.skipIf(!existsSync(lamp))('hears a command in a recording of a person (skipped without the recordings)', async () => {
    const sound = decodeWav(readFileSync(lamp));
    send({ type: 'open-stream', streamId: 'file', wake: 'none', pace: 'offline', source: 'file' });
    let sent = 0;
    for (let allowed = 0, pulls = 0; sent < sound.length; ) {
      await first('pull', () => all('pull').length > pulls);
      const asked = all('pull');
      allowed = asked.reduce((sum, { samples }) => sum + samples, 0);
      pulls = asked.length;
      if (allowed > sent) send({ type: 'audio', streamId: 'file', samples: sound.slice(sent, allowed) });
      sent = Math.min(allowed, sound.length);
    }
    send({ type: 'end-stream', streamId: 'file' });
    await first('stream-ended');
    const events = all('turn-event').map(({ event }) => event);
    const types = events.map(({ type }) => type).filter((type) => type !== 'transcript-delta');
    expect(types).toEqual(['turn-started', 'speech-started', 'speech-ended', 'transcript-ended']);
    expect(events.at(-1)).toMatchObject({ text: 'turn on the living room lamp' });
    expect(new Set(events.map(({ turnId }) => turnId)).size).toBe(1);
  });

  it('speaks, and stops in the middle', async () => {
    send({ type: 'speak', speechId: 's1', turnId: 't', text: 'Turned on the living room lamp.' });
    expect((await first('speech-audio')).sampleRate).toBe(22_050);
    expect(await first('speech-ended', ({ speechId }) => speechId === 's1')).not.toHaveProperty('error');
    send({ type: 'speak', speechId: 's2', turnId: 't', text: 'One. '.repeat(5000) });
    await first('speech-audio', ({ speechId }) => speechId === 's2');
    send({ type: 'stop-speaking', speechId: 's2' });
    expect(await first('speech-ended', ({ speechId }) => speechId === 's2')).not.toHaveProperty('error');
  });

  it('ends when the host is gone', async () => {
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('refuses to be started by hand', () => {
    const { status, stderr } = spawnSync(process.execPath, [entry], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('started by JARVIS, not by hand');
  });
});
