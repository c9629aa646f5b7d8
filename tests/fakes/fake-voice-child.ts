import { type HostToVoice, HostToVoiceSchema, type VoiceToHost } from '../../contract/voice-message.ts';

/**
 * A voice process without engines, as a real child. What it is told it tells back as `log` lines; special words make it misbehave:
 * grammar `broken` is refused, speech `fail` fails, `for ever` never ends, `hang` stops answering anything, `grow` reports far too much memory,
 * `garbage` sends what is no message. A turn starts with the first sound of a stream; a stream's end gives the number of samples as transcript.
 */
const heard = new Map<string, { samples: number; offline: boolean }>();
let residentBytes = 1_000_000;

const tell = (message: VoiceToHost): void => {
  process.send?.(message);
};
const note = (message: string): void => tell({ type: 'log', level: 'info', message });

process.on('message', (raw) => take(HostToVoiceSchema.parse(raw)));
if (process.argv.includes('--stubborn')) process.on('SIGTERM', () => undefined);

function take(message: HostToVoice): void {
  switch (message.type) {
    case 'ping':
      tell({ type: 'pong', id: message.id, residentBytes });
      break;
    case 'configure':
      note(`configure ${message.settings.tts.voice}`);
      tell({
        type: 'engines',
        engines: [{ part: 'tts', engine: `fake-${message.settings.tts.voice}`, detail: 'for tests', fellBack: false }],
      });
      break;
    case 'set-grammar':
      note(`grammar ${message.id}`);
      tell({ type: 'grammar-ready', id: message.id, ms: 7, ...(message.jsgf === 'broken' ? { error: 'line 1: no grammar' } : {}) });
      break;
    case 'open-stream':
      heard.set(message.streamId, { samples: 0, offline: message.pace === 'offline' });
      note(`open ${message.pace} ${message.wake} ${message.source} ${message.room ?? '-'}`);
      if (message.pace === 'offline') tell({ type: 'pull', streamId: message.streamId, samples: 1_000 });
      break;
    case 'audio':
      takeAudio(message.streamId, message.samples);
      break;
    case 'end-stream':
      tell({
        type: 'turn-event',
        streamId: message.streamId,
        event: {
          turnId: 'turn',
          at: 10,
          type: 'transcript-ended',
          text: `${heard.get(message.streamId)?.samples}`,
          confidence: 1,
          engine: 'fake',
        },
      });
      tell({ type: 'stream-ended', streamId: message.streamId });
      break;
    case 'speak':
      speak(message.speechId, message.text);
      break;
    case 'completeness':
      note(`completeness ${message.questionId} ${message.completeness}`);
      break;
    case 'listen':
      tell({ type: 'completeness-question', questionId: 42, text: 'turn on the' });
      tell({ type: 'level', streamId: message.streamId, dbfs: -20, speech: true });
      break;
    default:
      note(message.type);
  }
}

function takeAudio(streamId: string, samples: Int16Array): void {
  const stream = heard.get(streamId);
  if (stream === undefined) return;
  if (stream.samples === 0) {
    tell({ type: 'turn-event', streamId, event: { turnId: 'turn', at: 0, type: 'turn-started', source: 'voice', by: 'file' } });
  }
  stream.samples += samples.length;
  if (stream.offline) tell({ type: 'pull', streamId, samples: samples.length });
}

function speak(speechId: string, text: string): void {
  if (text === 'hang') for (;;);
  if (text === 'grow') residentBytes = 90_000_000_000;
  if (text === 'garbage') process.send?.({ type: 'nonsense' });
  tell({ type: 'speech-audio', speechId, samples: Int16Array.from([1, -2, 3]), sampleRate: 22_050 });
  if (text === 'for ever') return;
  tell({ type: 'speech-ended', speechId, ...(text === 'fail' ? { error: 'no such voice' } : {}) });
}
