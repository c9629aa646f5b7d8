type Defined<Shape> = { [Key in keyof Shape]: Exclude<Shape[Key], undefined> };
type Optional<Shape> = { [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<Shape[Key], undefined> } & Defined<{
  [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key];
}>;

/** What is not known is absent, not undefined. */
export function withoutUndefined<Shape extends object>(value: Shape): Optional<Shape> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Optional<Shape>;
}
