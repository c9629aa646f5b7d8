/** What a simulated device can do in the world. */
export interface DeviceIo {
  /** Says something, retained, on `demo/<id>/<topic>`. */
  say(topic: string, payload: string): void;
  /** Resolves after that many ms of device time; rejects when the home ends. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0–1 */
  random(): number;
  /** Does something on its own; ends with the home. */
  run(task: (signal: AbortSignal) => Promise<void>): void;
  /** Sends a command to another device, as a scene does. */
  tell(objectId: string, topic: string, payload: string): void;
}

/** One simulated device: how it announces itself and how it behaves. State lives in the closure and outlasts the broker. */
export interface DemoDevice {
  objectId: string;
  /** Component of the discovery topic. */
  component: string;
  name: string;
  area?: string;
  aliases?: string[];
  /** Discovery settings; `~` is `demo/<id>`. */
  config: Record<string, unknown>;
  /** Says everything that it knows of itself. */
  report(io: DeviceIo): void;
  /** A command on `demo/<id>/<topic>`, after the radio's delay. */
  hear(topic: string, payload: string, io: DeviceIo): void;
  /** Life of its own: sensors that drift. */
  live?(io: DeviceIo): void;
}

/** How a device is named and placed. */
export interface Placement {
  objectId: string;
  name: string;
  area?: string;
  aliases?: string[];
}
