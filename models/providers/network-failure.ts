import type { FailureNature } from './failure-nature.ts';

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers at the address of {name}. Is it running?',
  ENOTFOUND: 'The address of {name} leads nowhere: no such host is known.',
  EAI_AGAIN: 'The address of {name} cannot be looked up just now. Is there a network?',
  EHOSTUNREACH: 'There is no way to the host of {name} from here.',
  ENETUNREACH: 'There is no network to reach {name}.',
  ENETDOWN: 'There is no network to reach {name}.',
  EHOSTDOWN: 'The host of {name} is down.',
  ECONNRESET: '{name} broke off the connection.',
  EPIPE: '{name} broke off the connection.',
  UND_ERR_SOCKET: '{name} broke off the connection.',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: '{name} broke off the connection.',
};

const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/u;
const NOT_TLS = /^(?:EPROTO|ERR_SSL_)/u;
const TIMED_OUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** What the parsers of HTTP and of compressed bodies say to something else. */
const NOT_HTTP = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|Z_|ERR__ERROR_FORMAT|ERR_BROTLI)/u;

/** The failure behind an error of the network; undefined when it is none. The chain of causes is searched: fetch hides the reason in it. */
export function networkFailure(error: unknown): FailureNature | undefined {
  for (const code of codesIn(error)) {
    const sentence = UNREACHABLE[code];
    if (sentence !== undefined) return { kind: 'unreachable', sentence };
    if (TIMED_OUT.has(code)) return { kind: 'timed-out' };
    if (CERTIFICATE.test(code)) {
      return { kind: 'unreachable', retryable: false, sentence: 'The certificate of {name} is not to be trusted, so nothing was sent.' };
    }
    if (NOT_TLS.test(code)) {
      return { kind: 'unreachable', retryable: false, sentence: '{name} does not speak HTTPS at that address. Is it http:// instead?' };
    }
    if (NOT_HTTP.test(code)) return { kind: 'broken-answer', sentence: 'What answers at the address of {name} does not speak HTTP.' };
  }
  if (error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'bad port') {
    return { kind: 'unreachable', retryable: false, sentence: '{name}: the port in its address is not for the web.' };
  }
  // undici's word for a body that ended before it was whole
  if (error instanceof TypeError && error.message === 'terminated')
    return { kind: 'unreachable', sentence: '{name} broke off the connection.' };
  return undefined;
}

function* codesIn(error: unknown): Iterable<string> {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if ('code' in each && typeof each.code === 'string') yield each.code;
    // all addresses of a host were tried
    if (each instanceof AggregateError) for (const one of each.errors.slice(0, 4)) yield* codesIn(one);
  }
}
