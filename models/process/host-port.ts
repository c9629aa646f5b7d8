import type { ModelsToHost } from '../../contract/models-message.ts';

/** The wire to the host: Node's IPC channel (`child_process.fork` with `serialization: 'advanced'`) or Electron's parent port. */
export interface HostPort {
  /** `sent` is called once the message has left this process, or cannot. */
  post(message: ModelsToHost, sent?: () => void): void;
  listen(received: (message: unknown) => void, closed: () => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
}

/** Throws when this process was started by hand, with nobody to talk to. */
export function openHostPort(): HostPort {
  const parentPort: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(parentPort)) {
    return {
      post: (message, sent) => {
        parentPort.postMessage(message);
        if (sent) setImmediate(sent);
      },
      // Electron ends a utility process with its parent.
      listen: (received) => {
        parentPort.on('message', ({ data }) => received(data));
      },
    };
  }
  if (!process.send) throw new Error('The models process is started by JARVIS, not by hand.');
  return {
    post: (message, sent) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => sent?.());
      else sent?.();
    },
    listen: (received, closed) => {
      process.on('message', received);
      process.once('disconnect', closed);
    },
  };
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && typeof value.postMessage === 'function' && 'on' in value;
}
