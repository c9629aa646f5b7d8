import { readFile } from 'node:fs/promises';
import type { MqttTls } from './mqtt-connection.ts';

/** Paths of PEM files as the settings have them. */
interface TlsFiles {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  insecure?: boolean | undefined;
}

async function pem(what: string, path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`The TLS file tls.${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!text.includes('-----BEGIN ')) throw new Error(`The TLS file tls.${what} (${path}) is not in PEM format.`);
  return text;
}

/** The contents of the files, for `createMqttBridge`. @throws Error with a sentence that names the file */
export async function readTls({ ca, cert, key, insecure }: TlsFiles): Promise<MqttTls> {
  if ((cert === undefined) !== (key === undefined)) throw new Error('tls.cert and tls.key go together.');
  return {
    ...(ca !== undefined && { ca: await pem('ca', ca) }),
    ...(cert !== undefined && { cert: await pem('cert', cert) }),
    ...(key !== undefined && { key: await pem('key', key) }),
    ...(insecure === true && { insecure }),
  };
}
