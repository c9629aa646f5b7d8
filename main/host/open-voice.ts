import { fileURLToPath } from 'node:url';
import type { Clock } from '../../contract/clock.ts';
import type { Completeness } from '../../contract/intent.ts';
import type { VoiceSettings } from '../../contract/settings.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import { startVoiceService, type VoiceService } from '../supervisor/voice-service.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import type { PageSound } from './page-sound.ts';

export interface OpenVoiceOptions {
  /** Absent: plain Node forks it. */
  launch: ChildLauncher | undefined;
  settings: VoiceSettings;
  dataFolder: string;
  /** How finished a sentence is while it is still being spoken; must answer at once. */
  completeness(text: string): Completeness;
  state: HostState;
  sound: PageSound;
  clock: Clock;
  newId(): string;
  log: Log;
}

const VOICE_PROCESS = fileURLToPath(new URL('../../voice/process/voice-process.ts', import.meta.url));

/** The voice process, with what the pages are told of it. */
export function openVoice({ launch, completeness, state, sound, ...options }: OpenVoiceOptions): VoiceService {
  return startVoiceService({
    ...options,
    launch: launch ?? forkLauncher({ script: VOICE_PROCESS }),
    answerCompleteness: completeness,
    onStatus(service) {
      if (service.state === 'restarting') state.notice('warning', 'My hearing and voice stopped and are starting again.');
      state.setService(service);
    },
    onEngines(engines) {
      for (const engine of engines.filter((each) => each.fellBack)) state.notice('warning', `${engine.engine}: ${engine.detail}`);
      state.changed();
    },
    onLevel: (level) => sound.level(level, (shown) => state.changes.publish({ type: 'level', ...shown })),
    onRestarted: () => state.notice('info', 'My hearing and voice are back.'),
  });
}
