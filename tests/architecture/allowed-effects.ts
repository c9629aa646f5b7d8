import type { EffectKind } from './effect-imports.ts';

export interface AllowedEffect {
  /** A file, or a folder with `/` at its end; from the root. */
  path: string;
  kinds: readonly EffectKind[];
  because: string;
}

/** Who outside of the tools may touch the world by itself, and why that needs no gate. An entry that nobody uses any more must go. */
export const ALLOWED_EFFECTS: readonly AllowedEffect[] = [
  // The home: what a bridge does for a call goes through its `act`, which the home tool alone calls (see effect-calls.ts).
  { path: 'iot/mqtt/mqtt-connection.ts', kinds: ['sockets'], because: 'the line to the broker; commands come from `act` alone' },
  { path: 'iot/home-assistant/', kinds: ['sockets'], because: 'the line to Home Assistant; service calls come from `act` alone' },
  { path: 'iot/demo/embedded-broker.ts', kinds: ['sockets'], because: 'the demo home, on loopback' },
  // What JARVIS must keep of its own.
  { path: 'store/', kinds: ['files', 'programs'], because: 'writes the data folder; asks whether the holder of a lock still runs' },
  { path: 'main/host/own-sentences.ts', kinds: ['files'], because: "the person's own sentences, saved at the page" },
  { path: 'main/host/state-store.ts', kinds: ['files'], because: 'the record of the home in the data folder' },
  { path: 'main/host/stop-file.ts', kinds: ['files'], because: 'the latch of the emergency stop outlives a restart' },
  {
    path: 'main/host/plugin-host.ts',
    kinds: ['files', 'programs'],
    because: 'copies of plugins that killed processes left in the data folder',
  },
  { path: 'main/host/computer-tools.ts', kinds: ['files'], because: 'makes the folder that scripts work in' },
  { path: 'main/gateway/api-token.ts', kinds: ['files'], because: 'the token of the API in the data folder' },
  // Language models: files that the person asked for, of models and of their engine.
  {
    path: 'models/gguf/',
    kinds: ['files', 'sockets'],
    because: 'reads the header of a model, on disk or by ranges at an address that a person names',
  },
  { path: 'models/engine/engine-packs.ts', kinds: ['files'], because: 'keeps the builds of the engine in the data folder' },
  { path: 'models/engine/run-npm.ts', kinds: ['programs'], because: 'fetches the engine with npm, pinned by sums and without scripts' },
  // The voice: sound in and out.
  { path: 'voice/tts/', kinds: ['programs', 'files'], because: 'espeak-ng as a program; its child writes to the pipe to us' },
  { path: 'voice/stt/speech-module.ts', kinds: ['unknown'], because: 'the recogniser is an old module that needs require' },
  { path: 'voice/wake/create-wake-detector.ts', kinds: ['unknown'], because: 'wake engines are found where they are installed' },
  { path: 'voice/vad/create-voice-activity-detector.ts', kinds: ['unknown'], because: 'the ONNX runtime is there or not' },
  { path: 'main/microphone/', kinds: ['programs', 'files'], because: 'records and plays sound by the programs of the system' },
  // Models: what a person asked to fetch, and the list of what lies here.
  { path: 'models/download/', kinds: ['files', 'sockets'], because: 'fetches the models that a person asked for into the models folder' },
  {
    path: 'models/library/',
    kinds: ['files'],
    because: 'deletes a fetched model when a person says so, and nothing outside the models folder',
  },
  // Language models.
  { path: 'models/llama/engine-module.ts', kinds: ['unknown'], because: 'the engine pack lies in the data folder' },
  // Whoever is spoken to by people and their own programs, on addresses of the settings.
  { path: 'main/gateway/', kinds: ['sockets'], because: 'serves the page and the API' },
  { path: 'main/wyoming/wyoming-server.ts', kinds: ['sockets'], because: 'listens for Home Assistant where a person has switched it on' },
  { path: 'main/mcp/', kinds: ['sockets'], because: 'JARVIS as an MCP server: what is called there goes through the gate' },
  { path: 'main/host/running-host.ts', kinds: ['sockets'], because: 'the command line speaks to the JARVIS that runs' },
  {
    path: 'models/providers/open-provider.ts',
    kinds: ['sockets'],
    because: 'asks the language models of the settings; the fetch goes through guarded-fetch.ts, which follows nobody to another address',
  },
  { path: 'renderer/host-link.ts', kinds: ['sockets'], because: 'the page speaks to its own host' },
  // The command line does what its person says, to the files that are named there.
  { path: 'main/cli/say.ts', kinds: ['files'], because: '`jarvis say --out FILE`' },
  { path: 'main/cli/chat-commands.ts', kinds: ['files'], because: '`/export FILE` of a chat, typed by the person' },
  { path: 'main/cli/audit-look.ts', kinds: ['files'], because: '`jarvis audit export --out FILE`' },
  { path: 'main/cli/home-login.ts', kinds: ['sockets'], because: 'waits on loopback for the browser to come back from a login' },
  { path: 'main/cli/ask-signed.ts', kinds: ['sockets'], because: 'sends a signed command to another host, which has a gate of its own' },
  // Starting and ending JARVIS itself.
  { path: 'main/bootstrap/', kinds: ['programs', 'files', 'unknown'], because: 'installs, builds and starts JARVIS' },
  { path: 'main/supervisor/fork-launcher.ts', kinds: ['programs'], because: 'starts our own voice and models processes' },
  { path: 'main/mind/open-models.ts', kinds: ['sockets'], because: 'hands the network to the downloads of models that a person asks for' },
  { path: 'main/mind/engine-in-use.ts', kinds: ['unknown'], because: 'looks whether an engine lies with JARVIS itself' },
  { path: 'main/headless/open-page.ts', kinds: ['programs'], because: 'opens our own page when JARVIS is started' },
  {
    path: 'main/electron/',
    kinds: ['programs', 'files'],
    because: 'ends our own voice process; starts with the session where a person wants it',
  },
];

/** Modules outside of the tools that may open an effectful module of the tools: they put the parts together, or read the record. */
export const ALLOWED_REACH: readonly { from: string; to: string; because: string }[] = [
  { from: 'main/host/start-host.ts', to: 'tools/', because: 'puts the gate and its tools together' },
  { from: 'main/host/computer-tools.ts', to: 'tools/', because: 'puts the tools of this computer together for the registry' },
  { from: 'main/host/plugin-host.ts', to: 'tools/', because: 'puts plugins and their sandbox together for the registry' },
  { from: 'main/host/examine.ts', to: 'tools/audit.ts', because: 'verifies the record' },
  { from: 'main/host/safety-procedures.ts', to: 'tools/audit.ts', because: 'verifies the record' },
  { from: 'main/cli/audit-look.ts', to: 'tools/audit.ts', because: 'reads and verifies the record' },
  { from: 'main/cli/write-record.ts', to: 'tools/audit.ts', because: 'writes a stop or release into the record where no host runs' },
];
