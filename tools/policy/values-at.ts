/** Everything that stands at a place of the input (`data.brightness`); lists are gone through at every step. Empty where there is nothing. */
export function valuesAt(input: unknown, place: string): unknown[] {
  let values = spread(input);
  for (const key of place.split('.')) {
    values = values.flatMap((value) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? spread(Object.entries(value).find(([name]) => name === key)?.[1])
        : [],
    );
  }
  return values.filter((value) => value !== undefined && value !== null);
}

const spread = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(spread) : [value]);

/** The places at which something stands, each once; a place whose name has a dot in it cannot be named by a rule. */
export function placesOf(input: unknown): string[] {
  const places = new Set<string>();
  const walk = (value: unknown, place: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, place);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(member, place === '' ? key : `${place}.${key}`);
    else if (value !== undefined && value !== null) places.add(place);
  };
  walk(input, '');
  return [...places];
}
