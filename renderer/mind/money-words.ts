/** Of millionths of the currency. Small sums are told, not rounded away. */
export function moneyWords(micros: number, currency: string): string {
  const amount = micros / 1_000_000;
  const digits = amount === 0 || amount >= 1 ? 2 : amount >= 0.01 ? 3 : 4;
  if (amount > 0 && amount < 0.0001) return `under ${format(0.0001, currency, 4)}`;
  return format(amount, currency, digits);
}

function format(amount: number, currency: string, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  try {
    return new Intl.NumberFormat('en-GB', { style: 'currency', currency, ...options }).format(amount);
  } catch {
    // Three letters that are no currency: they are shown as they were written.
    return `${amount.toFixed(digits)} ${currency}`;
  }
}

/** 950, 12k, 3.4 million */
export function tokenWords(tokens: number): string {
  if (tokens < 10_000) return tokens.toLocaleString('en-GB');
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })} million`;
}
