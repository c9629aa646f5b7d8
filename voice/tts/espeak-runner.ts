/**
 * A program of its own around the WebAssembly build of eSpeak NG (GPL, so never loaded into another process of ours). Arguments: voice, words
 * per minute, pitch. Each line of its input is spoken; its output is pieces of s16 sound, each after its length in bytes (u32, little-endian). Length 0
 * says that it waits for a line. It ends with its input.
 */
import { readSync, writeSync } from 'node:fs';
import espeakNg from 'espeak-ng';

const INPUT = 0;
const OUTPUT = 1;
/** A WAV header without the sizes that only a finished file has. */
const HEADER_BYTES = 44;
/** 46 ms at 22.05 kHz */
const PIECE_BYTES = 2048;
const NEWLINE = 10;

const [voice = 'en-gb', rate = '175', pitch = '40'] = process.argv.slice(2);

const line = Buffer.alloc(4096);
let filled = 0;
let taken = 0;
/** True when the program has been given a whole line and has to work before it may ask for more. */
let lineEnded = true;

const piece = Buffer.alloc(PIECE_BYTES);
let pieceBytes = 0;
let header = HEADER_BYTES;

/** Input and output are pipes or sockets that may not be ready; the program inside cannot wait for anything but a call. */
function patiently<Result>(call: () => Result): Result {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const from = at;
    at += patiently(() => writeSync(OUTPUT, bytes, from));
  }
}

function send(): void {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pieceBytes);
  write(length);
  write(piece.subarray(0, pieceBytes));
  pieceBytes = 0;
}

function nextByte(): number | null {
  if (lineEnded && taken === filled) {
    if (pieceBytes > 0) send();
    send();
  }
  if (taken === filled) {
    filled = patiently(() => readSync(INPUT, line));
    taken = 0;
    if (filled === 0) return null;
  }
  // No more until the program has spoken what it has: null ends the read, not the input, when bytes went before.
  if (lineEnded) lineEnded = false;
  const byte = line[taken] ?? NEWLINE;
  taken += 1;
  if (byte === NEWLINE) lineEnded = true;
  return byte;
}

let pause = false;

await espeakNg({
  arguments: ['-v', voice, '-s', rate, '-p', pitch, '-b', '1', '--stdout'],
  stdin: () => {
    if (pause) {
      pause = false;
      return null;
    }
    const byte = nextByte();
    pause = byte === NEWLINE;
    return byte;
  },
  stdout: (byte) => {
    if (header > 0) {
      header -= 1;
      return;
    }
    piece[pieceBytes] = byte;
    pieceBytes += 1;
    if (pieceBytes === PIECE_BYTES) send();
  },
  stderr: (byte) => {
    process.stderr.write(String.fromCharCode(byte));
  },
  quit: (status) => {
    process.exitCode = status;
  },
});
