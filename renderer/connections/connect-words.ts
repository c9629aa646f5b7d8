/** The host words its sentences for the terminal as well; here a box is ticked instead of an option typed. */
export function connectWords(message: string): { text: string; certificate: boolean } {
  const certificate = /certificate/iu.test(message) && message.includes('insecure');
  const text = message
    .replace(/connect with --insecure(?: \("insecure": true\))?/u, 'tick the box below')
    .replace(/Give its authority as tls\.ca, or set tls\.insecure\./u, 'If it is your own, tick the box below.');
  return { text, certificate };
}
