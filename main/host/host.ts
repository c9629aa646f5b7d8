import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { DoctorReport, Status } from '../../contract/interface.ts';
import type { PolicyTest, PolicyTrial } from '../../contract/policy.ts';
import type { Settings } from '../../contract/settings.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import type { Home } from '../../iot/home.ts';
import type { Approvals } from '../../tools/approvals.ts';
import type { Gate } from '../../tools/gate.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { OpenMind } from '../mind/open-mind.ts';
import type { Models } from '../mind/open-models.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { Conversation } from './conversation.ts';
import type { HardwareMonitor } from './hardware-monitor.ts';
import type { ReleasedBy, StoppedBy } from './stop-control.ts';
import type { TurnJournal } from './turn-journal.ts';

/** The running JARVIS, whoever started it: Electron, plain Node or one command. */
export interface Host {
  settings: Settings;
  home: Home;
  journal: TurnJournal;
  conversation: Conversation;
  approvals: Approvals;
  gate: Gate;
  registry: ToolRegistry;
  models: Models;
  mind: OpenMind;
  hardware: HardwareMonitor;
  /** Undefined when the host was started without a voice. */
  voice: VoiceService | undefined;
  phrasebook(): Phrasebook;
  newId(): string;
  status(): Status;
  doctor(): Promise<DoctorReport>;
  /** Resolves when the engines are loaded and the grammar is in force: from now on a command is heard. */
  listening(): Promise<void>;
  /** With the one-time token; undefined without a gateway. */
  address: string | undefined;
  newAddress(): string | undefined;
  /** What would become of a call; nothing is done. */
  testPolicy(test: PolicyTest): PolicyTrial;
  hear(event: TurnEvent, options: { dryRun: boolean }): void;
  /** In force at once; resolves when it would outlive a restart too. */
  stopEverything(by: StoppedBy): Promise<void>;
  /** False when nothing was stopped. */
  releaseStop(by: ReleasedBy): Promise<boolean>;
  /** Ends this host; idempotent. */
  stop(): Promise<void>;
}
