import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeWav } from '../audio/wav.ts';
import type { WakeDetector } from '../engine.ts';
import { createWakeDetector } from './create-wake-detector.ts';

const fixtures = process.env.JARVIS_FIXTURES ?? join(import.meta.dirname, '../../../shared/fixtures');
/** The keyless package brings a build for these alone. */
const noEngine = !['linux/x64', 'darwin/x64'].includes(`${process.platform}/${process.arch}`);
const load = createRequire(import.meta.url);

/** Stands in for the keyless package: hears any frame whose first sample is 1,000. */
class FakePorcupine {
  static opened = 0;
  frameLength = 512;
  constructor(_keywords: number[], _sensitivities: number[]) {
    FakePorcupine.opened += 1;
  }
  process(frame: Int16Array): number {
    return frame[0] === 1_000 ? 0 : -1;
  }
  release(): void {
    FakePorcupine.opened -= 1;
  }
}

const fakeKeyless = (name: string): unknown => {
  if (name === 'porcupine-keyless') return FakePorcupine;
  if (name === 'porcupine-keyless/builtin_keywords.js') return { JARVIS: 9 };
  throw new Error(`Cannot find module '${name}'`);
};

function licensedFailingWith(error: unknown): (name: string) => unknown {
  class Porcupine {
    constructor() {
      throw error;
    }
  }
  return (name) => (name === '@picovoice/porcupine-node' ? { Porcupine, BuiltinKeyword: { JARVIS: 'jarvis' } } : fakeKeyless(name));
}

function hits(detector: WakeDetector, samples: Int16Array): number[] {
  const ends: number[] = [];
  for (let at = 0; at + detector.frameLength <= samples.length; at += detector.frameLength) {
    const hit = detector.process(samples.subarray(at, at + detector.frameLength));
    if (hit) ends.push(at + detector.frameLength - hit.endedSamplesAgo);
  }
  return ends;
}

describe('createWakeDetector', () => {
  test('uses the keyless engine when no key is set', () => {
    const { detector, report } = createWakeDetector({ engine: 'auto', sensitivity: 0.7 }, { load: fakeKeyless });
    expect(report).toMatchObject({ part: 'wake', engine: 'porcupine-1.9', fellBack: false });
    expect(FakePorcupine.opened).toBe(5);
    detector[Symbol.dispose]();
    expect(FakePorcupine.opened).toBe(0);
  });

  test('hears nothing when it is switched off', () => {
    const { detector, report } = createWakeDetector({ engine: 'none', sensitivity: 0.7 }, { load: fakeKeyless });
    expect(report).toMatchObject({ engine: 'none', fellBack: false });
    expect(detector.process(new Int16Array(512).fill(1_000))).toBeUndefined();
  });

  test.each([
    ['a string', 'System win32/x64 is not supported by this library.'],
    ['an Error', new Error('System win32/x64 is not supported by this library.')],
  ])('says what to do where the keyless engine has no build, when its package throws %s', (_, thrown) => {
    const unsupported = (): unknown => {
      throw thrown;
    };
    const { detector, report } = createWakeDetector({ engine: 'auto', sensitivity: 0.7 }, { load: unsupported, platform: 'win32/x64' });
    expect(report).toMatchObject({ engine: 'none', fellBack: true });
    expect(report.detail).toContain('does not run on win32/x64');
    expect(report.improve).toContain('voice.wake.accessKey');
    expect(detector.process(new Int16Array(512))).toBeUndefined();
  });

  test('uses version 4 when a key is set', () => {
    const accessKeys: string[] = [];
    class Porcupine extends FakePorcupine {
      constructor(accessKey: string) {
        super([], []);
        accessKeys.push(accessKey);
      }
    }
    const { detector, report } = createWakeDetector(
      { engine: 'auto', sensitivity: 0.7, accessKey: 'secret' },
      { load: () => ({ Porcupine, BuiltinKeyword: { JARVIS: 'jarvis' } }) },
    );
    expect(report).toMatchObject({ engine: 'porcupine-4', fellBack: false });
    expect(accessKeys).toEqual(['secret']);
    detector[Symbol.dispose]();
  });

  test.each([
    [class PorcupineActivationError extends Error {}, 'no network'],
    [class PorcupineActivationLimitReachedError extends Error {}, 'limit of machines'],
    [class PorcupineInvalidArgumentError extends Error {}, 'not valid'],
    [class SomethingElse extends Error {}, 'unknown trouble with …'],
  ])('falls back to the keyless engine and never shows the key: %s', (Failure, words) => {
    const { detector, report } = createWakeDetector(
      { engine: 'auto', sensitivity: 0.7, accessKey: 'secret' },
      { load: licensedFailingWith(new Failure('unknown trouble with secret')) },
    );
    expect(report).toMatchObject({ engine: 'porcupine-1.9', fellBack: true });
    expect(report.detail).toContain(words);
    expect(JSON.stringify(report)).not.toContain('secret');
    detector[Symbol.dispose]();
  });

  test.each([
    [{ engine: 'porcupine' as const, sensitivity: 0.7 }, 'no AccessKey is configured'],
    [
      { engine: 'auto' as const, sensitivity: 0.7, accessKey: 'secret', keywordFile: 'no/such.ppn' },
      'there is no keyword file no/such.ppn',
    ],
  ])('says which setting is missing: %o', (settings, words) => {
    const { detector, report } = createWakeDetector(settings, { load: fakeKeyless });
    expect(report).toMatchObject({ engine: 'porcupine-1.9', fellBack: true });
    expect(report.detail).toContain(words);
    detector[Symbol.dispose]();
  });

  test('leaves no engine open when one of them fails', () => {
    let made = 0;
    class Failing extends FakePorcupine {
      constructor() {
        super([], []);
        made += 1;
        if (made === 3) {
          this.release();
          throw new Error('out of memory');
        }
      }
    }
    const { report } = createWakeDetector(
      { engine: 'auto', sensitivity: 0.7 },
      { load: (name) => (name === 'porcupine-keyless' ? Failing : fakeKeyless(name)) },
    );
    expect(report.engine).toBe('none');
    expect(FakePorcupine.opened).toBe(0);
  });

  test.skipIf(noEngine)('a real wrong key ends in the keyless engine', () => {
    const { detector, report } = createWakeDetector({ engine: 'porcupine', sensitivity: 0.7, accessKey: 'not-a-key' }, { load });
    expect(report).toMatchObject({ engine: 'porcupine-1.9', fellBack: true });
    expect(report.detail).not.toContain('not-a-key');
    detector[Symbol.dispose]();
  });

  const clips = join(fixtures, 'wake/jarvis');
  test.skipIf(noEngine || !existsSync(clips))(
    'hears people say "Jarvis", once each, and nobody who does not (needs the recordings)',
    { timeout: 60_000 },
    () => {
      using detector = createWakeDetector({ engine: 'auto', sensitivity: 0.7 }).detector;
      const heard = (file: string) => {
        detector.reset();
        return hits(detector, Int16Array.from([...decodeWav(readFileSync(file)), ...new Int16Array(8_000)])).length;
      };
      const all = (folder: string) =>
        readdirSync(join(fixtures, folder))
          .filter((name) => name.endsWith('.wav'))
          .map((name) => join(fixtures, folder, name));
      const counts = all('wake/jarvis')
        .filter((_, index) => index % 5 === 0)
        .map(heard);
      expect(counts.filter((count) => count === 1).length / counts.length).toBeGreaterThanOrEqual(0.95);
      expect(Math.max(...counts)).toBe(1);
      expect(
        all('wake/other')
          .filter((_, index) => index % 5 === 0)
          .map(heard),
      ).not.toContain(1);
    },
  );

  test.skipIf(noEngine)('hears nothing in silence, full-scale noise and a full-scale tone', () => {
    using detector = createWakeDetector({ engine: 'auto', sensitivity: 1 }).detector;
    let seed = 1;
    const random = Int16Array.from({ length: 48_000 }, () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed >>> 16) - 32_768;
    });
    expect(hits(detector, new Int16Array(48_000))).toEqual([]);
    expect(hits(detector, random)).toEqual([]);
    expect(
      hits(
        detector,
        Int16Array.from({ length: 48_000 }, (_, index) => 32_767 * Math.sin(index / 10)),
      ),
    ).toEqual([]);
  });
});
