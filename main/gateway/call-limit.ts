/** Bytes of one call: the person's own sentences are the largest thing anybody sends, and half a million characters of them may be. */
export const CALL_LIMIT = 2_000_000;
