/** What went wrong between us and a broker, as a sentence for people. */
export function connectionFailure(error: unknown, host: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const broker = `The MQTT broker at ${host}`;
  // the numbers are MQTT's own return codes
  switch (code) {
    case 1:
      return `${broker} does not speak MQTT 3.1.1.`;
    case 2:
      return `${broker} does not accept our client id.`;
    case 3:
      return `${broker} is not ready yet.`;
    case 4:
    case 5:
      return `${broker} says "not authorized": the user name or the password is wrong.`;
    case 'ECONNREFUSED':
      return `Nothing answers at ${host}: is the MQTT broker running, and is the port right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no machine called ${host.replace(/:\d+$/, '')} in this network.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `${broker} cannot be reached over the network.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${broker} has broken off the connection.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `${broker} shows a certificate that nobody we know has signed. Give its authority as tls.ca, or set tls.insecure.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of the MQTT broker at ${host} has expired.`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of the MQTT broker at ${host} is not valid yet; is the clock right?`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of the MQTT broker is for another name than ${host.replace(/:\d+$/, '')}.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return `${broker} does not speak TLS at that port.`;
    default:
  }
  if (typeof code === 'string' && /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ALERT/.test(code))
    return `${broker} refuses our certificate, or wants one. Give tls.cert and tls.key.`;
  if (typeof code === 'string' && code.startsWith('ERR_OSSL')) return 'The TLS files of the MQTT settings cannot be read as PEM.';
  if (/connack timeout/i.test(message)) return `${broker} does not answer as a broker would.`;
  return message === '' ? `${broker} cannot be reached.` : `${broker} cannot be used: ${message.slice(0, 200)}`;
}
