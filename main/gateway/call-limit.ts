/** Bytes of one call: a conversation that is brought back is the largest thing anybody sends, and some millions of characters of it may be. */
export const CALL_LIMIT = 8_000_000;
