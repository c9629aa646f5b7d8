/**
 * How many tokens a text takes, where no tokeniser can be asked: by words, digits, marks and bytes. Rather too many than too few: for English prose a few per
 * cent above the vocabularies in use, for code and other scripts more.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const { 0: piece } of text.matchAll(/[A-Za-z]+|\d+|\p{L}[\p{L}\p{M}]*|\n+|[ \t]{2,}|[^\s\p{L}\p{N}]+|[^\s]/gu))
    tokens += pieceTokens(piece);
  return Math.ceil(tokens);
}

function pieceTokens(piece: string): number {
  if (/^[A-Za-z]/u.test(piece)) return piece.length <= 7 ? 1 : 1 + (piece.length - 7) / 5;
  // Half of the vocabularies take each digit by itself.
  if (/^\d/u.test(piece)) return piece.length * 0.8;
  if (/^\s/u.test(piece)) return 1;
  const bytes = Buffer.byteLength(piece);
  return bytes === piece.length ? Math.max(1, piece.length / 2) : Math.max(1, bytes / 2.5);
}
