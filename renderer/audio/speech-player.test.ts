import { describe, expect, it } from 'vitest';
import type { PageToHostAudio } from '../../contract/interface.ts';
import { type SoundSink, SpeechPlayer } from './speech-player.ts';

/** A speaker at 1,000 samples a second whose time a test moves by hand. */
class FakeSink implements SoundSink {
  readonly sampleRate = 1000;
  readonly latency = 0;
  time = 10;
  running = true;
  silenced: number[] = [];
  pieces: { samples: Float32Array; at: number; onEnded: () => void; ended: boolean }[] = [];

  play(samples: Float32Array<ArrayBuffer>, at: number, onEnded: () => void): void {
    this.pieces.push({ samples, at, onEnded, ended: false });
  }

  silence(seconds: number): void {
    this.silenced.push(seconds);
  }

  moveTo(time: number): void {
    this.time = time;
    for (const piece of this.pieces) {
      if (!piece.ended && piece.at + piece.samples.length / this.sampleRate <= time) {
        piece.ended = true;
        piece.onEnded();
      }
    }
  }
}

function setUp() {
  const sink = new FakeSink();
  const sent: PageToHostAudio[] = [];
  const player = new SpeechPlayer({
    sink,
    createResampler: () => ({ process: (input) => input.slice(), flush: () => new Float32Array(0) }),
    send: (message) => sent.push(message),
  });
  return { sink, sent, player };
}

const piece = (length: number) => new Int16Array(length).fill(16_384);

describe('the speech player', () => {
  it('plays piece after piece without a gap and reports all of it as heard', () => {
    const { sink, sent, player } = setUp();
    player.begin('s', 1000);
    player.add(piece(100));
    player.add(piece(50));
    player.add(piece(70));
    const [first, second, third] = sink.pieces;
    expect(second?.at).toBeCloseTo((first?.at ?? 0) + 0.1, 9);
    expect(third?.at).toBeCloseTo((second?.at ?? 0) + 0.05, 9);
    expect(first?.samples[0]).toBe(0.5);
    player.finish('s');
    sink.moveTo(11);
    expect(sent).toEqual([
      { type: 'playback-started', speechId: 's' },
      { type: 'playback-ended', speechId: 's', heardMs: 220, interrupted: false },
    ]);
    expect(player.playing).toBe(false);
  });

  it('does not end while more may come', () => {
    const { sink, sent, player } = setUp();
    player.begin('s', 1000);
    player.add(piece(100));
    sink.moveTo(12);
    expect(sent).toHaveLength(1);
    player.finish('s');
    expect(sent.at(-1)).toMatchObject({ type: 'playback-ended', heardMs: 100, interrupted: false });
  });

  it('plays a late piece from now on and counts only what sounded', () => {
    const { sink, sent, player } = setUp();
    player.begin('s', 1000);
    player.add(piece(100));
    sink.moveTo(12);
    player.add(piece(100));
    expect(sink.pieces[1]?.at).toBeGreaterThanOrEqual(12);
    sink.moveTo((sink.pieces[1]?.at ?? 0) + 0.05);
    player.stop('s');
    expect(sent.at(-1)).toEqual({ type: 'playback-ended', speechId: 's', heardMs: 150, interrupted: true });
  });

  it('is silent within 10 ms when stopped, says what was heard, and drops sound that comes too late', () => {
    const { sink, sent, player } = setUp();
    player.begin('s', 1000);
    player.add(piece(1000));
    sink.moveTo((sink.pieces[0]?.at ?? 0) + 0.3);
    player.stop('s');
    player.add(piece(100));
    expect(sink.silenced).toEqual([0.01]);
    expect(sink.pieces).toHaveLength(1);
    expect(sent.at(-1)).toEqual({ type: 'playback-ended', speechId: 's', heardMs: 300, interrupted: true });
    sink.moveTo(20);
    expect(sent).toHaveLength(2);
  });

  it('has heard nothing of a speech that is stopped before it sounds', () => {
    const { sent, player } = setUp();
    player.begin('s', 1000);
    player.stop('s');
    expect(sent).toEqual([{ type: 'playback-ended', speechId: 's', heardMs: 0, interrupted: true }]);
  });

  it('ends a speech without any sound at once', () => {
    const { sent, player } = setUp();
    player.begin('s', 1000);
    player.finish('s');
    expect(sent).toEqual([{ type: 'playback-ended', speechId: 's', heardMs: 0, interrupted: false }]);
  });

  it('does not let the host wait for sound that the browser holds back', () => {
    const { sink, sent, player } = setUp();
    sink.running = false;
    player.begin('s', 1000);
    player.add(piece(100));
    player.finish('s');
    expect(sent.at(-1)).toEqual({ type: 'playback-ended', speechId: 's', heardMs: 0, interrupted: true });
  });

  it('cuts off one speech for the next, and minds no word about one that is over', () => {
    const { sink, sent, player } = setUp();
    player.begin('a', 1000);
    player.add(piece(500));
    player.begin('b', 1000);
    player.stop('a');
    player.finish('a');
    player.add(piece(10));
    player.finish('b');
    sink.moveTo(30);
    expect(sent.filter((message) => message.type === 'playback-ended').map((message) => [message.speechId, message.interrupted])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('tells nobody when the line is gone', () => {
    const { sink, sent, player } = setUp();
    player.begin('a', 1000);
    player.add(piece(500));
    player.drop();
    sink.moveTo(30);
    expect(sent).toEqual([{ type: 'playback-started', speechId: 'a' }]);
    expect(sink.silenced).toHaveLength(1);
  });
});
