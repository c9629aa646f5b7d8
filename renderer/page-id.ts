/** A name for this page that no other has; `randomUUID` alone would fail on addresses that are not https or localhost. */
export function createPageId(random: Crypto): string {
  return Array.from(random.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
