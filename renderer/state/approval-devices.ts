import type { Entity } from '../../contract/home.ts';

/** Names of the home's devices anywhere in the input of an approval, whatever its tool; each once. */
export function devicesIn(input: unknown, entityOf: (id: string) => Entity | undefined): string[] {
  const names = new Set<string>();
  const look = (value: unknown) => {
    if (typeof value === 'string') {
      const entity = entityOf(value);
      if (entity) names.add(entity.name);
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(look);
    }
  };
  look(input);
  return [...names];
}
