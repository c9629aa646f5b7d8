/** Why there is no session with Home Assistant. */
export type ProblemKind =
  /** Nobody answers: switched off, restarting, or another address. */
  | 'unreachable'
  /** Something else lives at that address. */
  | 'wrong-address'
  | 'bad-token'
  /** The address of this machine is banned after failed logins. */
  | 'banned'
  | 'untrusted-certificate'
  | 'too-old'
  /** There was a session, and it is lost. */
  | 'lost';

/** The message is a sentence for people. */
export class ConnectionProblem extends Error {
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'ConnectionProblem';
    this.kind = kind;
  }
}

/**
 * May another attempt help without a person? A token that was refused must not be tried again, as Home Assistant bans addresses
 * for it. A wrong address or certificate may pass where it worked before: a proxy in between says such things while Home Assistant restarts.
 */
export function mayPass(kind: ProblemKind, hasBeenConnected: boolean): boolean {
  switch (kind) {
    case 'unreachable':
    case 'lost':
      return true;
    case 'wrong-address':
    case 'untrusted-certificate':
      return hasBeenConnected;
    case 'bad-token':
    case 'banned':
    case 'too-old':
      return false;
    default:
      return kind satisfies never;
  }
}

const untrustedCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
]);

const codeOf = (error: Error): string | undefined => {
  if ('code' in error && typeof error.code === 'string') return error.code;
  // several addresses were tried for one name: the first says enough
  return error instanceof AggregateError && error.errors[0] instanceof Error ? codeOf(error.errors[0]) : undefined;
};

/** A socket that did not open. */
export function problemOfSocketError(error: Error, base: string): ConnectionProblem {
  const { hostname, host } = new URL(base);
  const code = codeOf(error);
  const because = { cause: error };
  if (code !== undefined && untrustedCodes.has(code))
    return new ConnectionProblem(
      'untrusted-certificate',
      `${base} shows a certificate that no authority has signed. If it is your own, connect with --insecure ("insecure": true).`,
      because,
    );
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return new ConnectionProblem('untrusted-certificate', `The certificate of ${base} has expired.`, because);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return new ConnectionProblem(
        'untrusted-certificate',
        `The certificate of ${base} was made for another name. Use the name it was made for, or connect with --insecure ("insecure": true).`,
        because,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConnectionProblem('unreachable', `I cannot find a machine called ${hostname}.`, because);
    case 'ECONNREFUSED':
      return new ConnectionProblem(
        'unreachable',
        `${hostname} is there, but nobody answers at ${host}. Is Home Assistant running?`,
        because,
      );
    case 'EPROTO':
      return new ConnectionProblem('wrong-address', `${host} does not speak https. Try ${base.replace(/^https/, 'http')}`, because);
    case 'ECONNRESET':
    case 'EPIPE':
      return new ConnectionProblem('unreachable', `Whatever answers at ${base} has hung up at once.`, because);
    default:
      // what came is no HTTP, or no answer to who wants a websocket
      if (code?.startsWith('HPE_') || code?.startsWith('WS_ERR_') || /^Invalid (?:Upgrade|Sec-WebSocket)/u.test(error.message))
        return notHomeAssistant(base, because);
      return new ConnectionProblem('unreachable', `Nobody answers at ${base}.`, because);
  }
}

export const notHomeAssistant = (base: string, because: ErrorOptions = {}): ConnectionProblem =>
  new ConnectionProblem('wrong-address', `Something answers at ${base}, but it is not Home Assistant.`, because);

/** An HTTP answer where a websocket should have opened. */
export function problemOfHttpAnswer(status: number, location: string | undefined, base: string): ConnectionProblem {
  if (status === 403)
    return new ConnectionProblem(
      'banned',
      `${base} has banned this machine after failed logins. Remove it from ip_bans.yaml there and restart Home Assistant.`,
    );
  if (status >= 500)
    return new ConnectionProblem('unreachable', `${base} answers, but Home Assistant behind it does not (HTTP ${status}).`);
  const target = location === undefined ? undefined : URL.parse(location, base);
  if (target && target.origin !== base)
    return new ConnectionProblem('wrong-address', `${base} sends visitors on to ${target.origin}. Use that address.`);
  return notHomeAssistant(base);
}
