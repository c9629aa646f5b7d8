import type { HostToPageAudio, PageToHostAudio } from '../../contract/interface.ts';

/** The host's end of one page's sound line; what travels is checked on the way, so both sides may trust it. */
export interface AudioConnection {
  /** Unique among the connections of this host. */
  readonly id: string;
  send(message: HostToPageAudio): void;
  /** Mono, of the speech announced last. A page that does not fetch its sound is cut off rather than kept in memory. */
  sendSamples(samples: Int16Array): void;
  close(): void;
}

export interface AudioListener {
  onMessage(message: PageToHostAudio): void;
  /** 16 kHz mono, any number of samples. */
  onSamples(samples: Int16Array): void;
  /** The line is gone; called exactly once. */
  onClosed(): void;
}

/** Who hears the pages and speaks to them. */
export interface PageAudio {
  connect(connection: AudioConnection): AudioListener;
}
