/** "2025.12" ≤ "2026.2.1": whether a Home Assistant of this version already has what came with `year.month`. */
export function atLeast(version: string, year: number, month: number): boolean {
  const [has = 0, hasMonth = 0] = version.split('.').map(Number);
  return has > year || (has === year && hasMonth >= month);
}
