import type { HostToPageAudio } from '../../contract/interface.ts';

export type Earcon = Extract<HostToPageAudio, { type: 'earcon' }>['sound'];

/** One soft note: Hz, s from the beginning, s of its ringing, loudness 0–1. */
interface Note {
  pitch: number;
  at: number;
  ring: number;
  loudness: number;
}

const notes: Record<Earcon, Note[]> = {
  wake: [
    { pitch: 587.3, at: 0, ring: 0.14, loudness: 0.1 },
    { pitch: 880, at: 0.07, ring: 0.2, loudness: 0.1 },
  ],
  done: [{ pitch: 784, at: 0, ring: 0.18, loudness: 0.08 }],
  error: [
    { pitch: 330, at: 0, ring: 0.2, loudness: 0.12 },
    { pitch: 262, at: 0.13, ring: 0.3, loudness: 0.12 },
  ],
  timer: [0, 0.9, 1.8].flatMap((at) => [
    { pitch: 880, at, ring: 0.5, loudness: 0.16 },
    { pitch: 1108.7, at: at + 0.12, ring: 0.5, loudness: 0.16 },
    { pitch: 1318.5, at: at + 0.24, ring: 0.7, loudness: 0.16 },
  ]),
};

/** Sounds a short signal, made of sines that fade like a struck bar. */
export function soundEarcon(context: AudioContext, sound: Earcon): void {
  const now = context.currentTime + 0.01;
  for (const note of notes[sound]) {
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, now + note.at);
    gain.gain.linearRampToValueAtTime(note.loudness, now + note.at + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0001, now + note.at + note.ring);
    gain.connect(context.destination);
    const tone = context.createOscillator();
    tone.frequency.value = note.pitch;
    tone.connect(gain);
    tone.start(now + note.at);
    tone.stop(now + note.at + note.ring);
  }
}
