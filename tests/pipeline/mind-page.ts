import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type HostToPageAudio, HostToPageAudioSchema, type PageToHostAudio } from '../../contract/interface.ts';

/** A page that has loudspeakers, as the host sees it: what it is told to play, and what it says of that. */
export interface SpeakingPage extends Disposable {
  readonly got: readonly HostToPageAudio[];
  /** Bytes of sound so far. */
  readonly bytes: () => number;
  send(message: PageToHostAudio): void;
}

/** @param address of the host's page, with its token @param react what it answers to each message */
export async function openSpeakingPage(
  address: string,
  react: (message: HostToPageAudio, send: (message: PageToHostAudio) => void) => void,
): Promise<SpeakingPage> {
  const entered = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';');
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/audio`, { headers: { cookie, origin } });
  const got: HostToPageAudio[] = [];
  let bytes = 0;
  const send = (message: PageToHostAudio): void => socket.send(JSON.stringify(message));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      bytes += data.length;
      return;
    }
    const message = HostToPageAudioSchema.parse(JSON.parse(data.toString('utf8')));
    got.push(message);
    react(message, send);
  });
  await once(socket, 'open');
  return { got, bytes: () => bytes, send, [Symbol.dispose]: () => socket.terminate() };
}
