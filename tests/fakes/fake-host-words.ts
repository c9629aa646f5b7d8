import type { DoctorReport, Status } from '../../contract/interface.ts';

/** What the fake host has to say about itself. */
export function fakeStatus(): Status {
  return {
    presence: 'idle',
    muted: false,
    engines: [
      { part: 'wake', engine: 'porcupine-1.9', detail: 'keyless, hears “jarvis”', fellBack: false },
      { part: 'vad', engine: 'energy', detail: 'no Silero model was found', improve: 'jarvis engines add silero', fellBack: true },
      { part: 'stt', engine: 'phrases', detail: '412 sentences of this home', fellBack: false },
      { part: 'tts', engine: 'espeak-ng', detail: 'the system’s own, British', improve: 'jarvis engines add piper', fellBack: false },
    ],
    services: [
      { name: 'voice', state: 'running', restarts: 1, detail: 'restarted after it was killed' },
      { name: 'home', state: 'running', restarts: 0 },
    ],
    bridges: [{ name: 'demo home', state: 'connected', detail: '16 devices over MQTT' }],
  };
}

export const fakeHelp = [
  { intent: 'HassTurnOn', examples: ['turn on the kitchen light', 'switch on the coffee machine'] },
  { intent: 'HassLightSet', examples: ['dim the living room lamp to 40 percent', 'make the office lights warm white'] },
  { intent: 'HassSetPosition', examples: ['close the bedroom blinds', 'open the blinds halfway'] },
  { intent: 'HassClimateSetTemperature', examples: ['set the hall thermostat to 21 degrees'] },
  { intent: 'HassGetState', examples: ['is the front door locked', 'how warm is the living room'] },
  { intent: 'HassStartTimer', examples: ['set a timer for ten minutes'] },
];

export function fakeReport({ engines }: Status, entities: number): DoctorReport {
  return {
    version: '0.1.0',
    node: '24.0.0',
    dataFolder: '/home/ada/.local/share/jarvis',
    home: 'demo',
    entities,
    engines,
    checks: [
      { name: 'Microphone', ok: true, detail: 'a page is heard' },
      { name: 'Voice model', ok: false, detail: 'the small voice is used', improve: 'jarvis engines add piper' },
    ],
  };
}
