import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { Synthesizer } from '../engine.ts';
import { createSynthesizer } from './create-synthesizer.ts';
import { EspeakProgram } from './espeak-program.ts';
import { EspeakWasm } from './espeak-wasm.ts';

const voice = VoiceSettingsSchema.parse({}).tts;
const never = new AbortController().signal;
const installed = spawnSync('espeak-ng', ['--version']).status === 0;

async function seconds(synthesizer: Synthesizer, text: string, signal = never, settings = voice): Promise<number> {
  let total = 0;
  let loud = false;
  for await (const { samples, sampleRate } of synthesizer.speak(text, settings, signal)) {
    total += samples.length / sampleRate;
    loud ||= samples.some((sample) => Math.abs(sample) > 1000);
  }
  if (total > 0) expect(loud).toBe(true);
  return total;
}

/** What every way of speaking has to hold. */
function conformance(create: () => Synthesizer) {
  it('speaks for about as long as a person would', async () => {
    using synthesizer = create();
    const length = await seconds(synthesizer, 'Turned on the kitchen light.');
    expect(length).toBeGreaterThan(1);
    expect(length).toBeLessThan(2.5);
  });

  it('speaks faster when asked to', async () => {
    using synthesizer = create();
    const slow = await seconds(synthesizer, 'Turned on the kitchen light.', never, { ...voice, rate: 120 });
    expect(await seconds(synthesizer, 'Turned on the kitchen light.', never, { ...voice, rate: 300 })).toBeLessThan(slow * 0.7);
  });

  it('stamps its sound without a gap', async () => {
    using synthesizer = create();
    let expected = 0;
    for await (const { at, samples, sampleRate } of synthesizer.speak('One.', voice, never)) {
      expect(at).toBeCloseTo(expected, 3);
      expected += (samples.length * 1000) / sampleRate;
    }
  });

  it('takes what looks like options, commands or file names for text', async () => {
    using synthesizer = create();
    for (const text of ['--help', '-f /etc/passwd', '$(reboot) `reboot`', '-v'])
      expect(await seconds(synthesizer, text)).toBeGreaterThan(0.2);
  });

  it('refuses a voice that is no name', async () => {
    using synthesizer = create();
    for (const name of ['../../etc/passwd', '-w', '', 'en gb', 'en\0']) {
      await expect(seconds(synthesizer, 'Hello.', never, { ...voice, voice: name })).rejects.toThrow('is no name of a voice');
    }
  });

  it('stops when told to, and can speak again', async () => {
    using synthesizer = create();
    const stop = new AbortController();
    let frames = 0;
    for await (const _frame of synthesizer.speak('one two three four five six seven eight nine ten', voice, stop.signal)) {
      frames += 1;
      stop.abort();
    }
    expect(frames).toBe(1);
    expect(await seconds(synthesizer, 'Stopped.', stop.signal)).toBe(0);
    expect(await seconds(synthesizer, 'Again.')).toBeGreaterThan(0.3);
  });

  it('can speak again after somebody stopped listening in the middle', async () => {
    using synthesizer = create();
    for await (const _frame of synthesizer.speak('one two three four five six seven eight', voice, never)) break;
    const length = await seconds(synthesizer, 'Again.');
    expect(length).toBeGreaterThan(0.3);
    expect(length).toBeLessThan(1.5);
  });
}

describe.skipIf(!installed)("the system's espeak-ng (skipped where it is not installed)", () => {
  conformance(() => new EspeakProgram());

  it('says that the program is missing, or no such program', async () => {
    await expect(seconds(new EspeakProgram('no-such-program-anywhere'), 'Hello.')).rejects.toThrow('ENOENT');
    await expect(seconds(new EspeakProgram('false'), 'Hello.')).rejects.toThrow('false ended with 1');
    await expect(seconds(new EspeakProgram('cat'), 'Hello.')).rejects.toThrow(/cat (ended|gave)/);
  });
});

describe('espeak-ng as WebAssembly', () => {
  conformance(() => new EspeakWasm());

  it('fails when its program is killed, and comes back for the next sentence', async () => {
    using wasm = new EspeakWasm();
    await wasm.warm(voice);
    const { pid } = wasm;
    if (pid === undefined) throw new Error('it does not run');
    const spoken = seconds(wasm, 'Hello.'.repeat(50));
    process.kill(pid, 'SIGKILL');
    await expect(spoken).rejects.toThrow('ended with SIGKILL');
    expect(await seconds(wasm, 'Again.')).toBeGreaterThan(0.3);
    expect(wasm.pid).not.toBe(pid);
  });

  it('says that it cannot start', async () => {
    using wasm = new EspeakWasm({ runner: '/no/such/runner.ts' });
    await expect(wasm.warm(voice)).rejects.toThrow('ended with 1');
  });
});

function scripted(name: string, fails: () => boolean): { engine: Synthesizer; said: string[] } {
  const said: string[] = [];
  const engine: Synthesizer = {
    name,
    async *speak(text) {
      yield { samples: new Int16Array(100), sampleRate: 22_050, at: 0 };
      if (fails()) throw new Error(`${name} broke`);
      said.push(text);
    },
    [Symbol.dispose]: () => undefined,
  };
  return { engine, said };
}

const fine = async () => undefined;

async function drain(synthesizer: Synthesizer, text: string): Promise<void> {
  for await (const _frame of synthesizer.speak(text, voice, never));
}

describe('the synthesizer', () => {
  it('speaks with what the settings ask for', async () => {
    const wasm = await createSynthesizer({ ...voice, engine: 'espeak-ng-wasm' });
    using _wasm = wasm.synthesizer;
    expect(wasm.report).toMatchObject({ part: 'tts', engine: 'espeak-ng-wasm', fellBack: false });
    expect(await seconds(wasm.synthesizer, 'It is 21.5 °C. Good.')).toBeGreaterThan(1.5);
    const none = await createSynthesizer({ ...voice, engine: 'none' });
    expect(none.report).toEqual({ part: 'tts', engine: 'none', detail: 'switched off in the settings', fellBack: false });
    await expect(seconds(none.synthesizer, 'Hello.')).rejects.toThrow('switched off');
  });

  it('speaks sentence by sentence, and leaves out what cannot be said', async () => {
    const { engine, said } = scripted('a', () => false);
    const { synthesizer } = await createSynthesizer(voice, { engines: [{ engine, check: fine }] });
    await drain(synthesizer, 'Done. 🎉 \0\n --- \n It is 40 %.');
    expect(said).toEqual(['Done.', 'It is 40 percent.']);
    expect(await seconds(synthesizer, '🎉')).toBe(0);
  });

  it('begins a text of any length at once', async () => {
    const { engine, said } = scripted('a', () => false);
    const { synthesizer } = await createSynthesizer(voice, { engines: [{ engine, check: fine }] });
    for await (const _frame of synthesizer.speak('word '.repeat(20_000), voice, never)) if (said.length === 1) break;
    expect(said).toHaveLength(1);
  });

  it('uses the next engine when the first is not there, and says why', async () => {
    const absent = scripted('absent', () => false);
    const { engine } = scripted('spare', () => false);
    const { synthesizer, report } = await createSynthesizer(voice, {
      engines: [
        { engine: absent.engine, check: () => Promise.reject(new Error('not installed')) },
        { engine, check: fine },
      ],
    });
    expect(synthesizer.name).toBe('spare');
    expect(report).toEqual({ part: 'tts', engine: 'spare', detail: 'absent: not installed', fellBack: true });
  });

  it('says the sentence again with the next engine when one fails twice, and reports it once', async () => {
    let broken = false;
    const first = scripted('first', () => broken);
    const spare = scripted('spare', () => false);
    const reports: EngineReport[] = [];
    const { synthesizer } = await createSynthesizer(voice, {
      changed: (report) => reports.push(report),
      engines: [
        { engine: first.engine, check: fine },
        { engine: spare.engine, check: fine },
      ],
    });
    await drain(synthesizer, 'One.');
    broken = true;
    await drain(synthesizer, 'Two. Three.');
    await drain(synthesizer, 'Four.');
    expect(first.said).toEqual(['One.']);
    expect(spare.said).toEqual(['Two.', 'Three.', 'Four.']);
    expect(reports).toEqual([{ part: 'tts', engine: 'spare', detail: 'first: first broke', fellBack: true }]);
  });

  it('stays with an engine that failed once', async () => {
    let failures = 1;
    const { engine, said } = scripted('a', () => {
      failures -= 1;
      return failures >= 0;
    });
    const { synthesizer } = await createSynthesizer(voice, { changed: () => expect.unreachable(), engines: [{ engine, check: fine }] });
    await drain(synthesizer, 'One. Two.');
    expect(said).toEqual(['One.', 'Two.']);
  });

  it('throws with every reason when nothing is left', async () => {
    const { engine } = scripted('only', () => true);
    const { synthesizer } = await createSynthesizer(voice, { engines: [{ engine, check: fine }] });
    await expect(drain(synthesizer, 'One.')).rejects.toThrow('nothing can speak (only: only broke)');
  });
});
