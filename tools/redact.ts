/** Members of these names hold what opens doors or accounts, whatever the tool. */
const SECRET_NAME =
  /^(pin|pass(word|phrase|code)?|(access|auth|refresh|id)?[_-]?token|secret|(api|private|access)[_-]?key|(user|alarm|door|lock)?[_-]?code|credentials?)$/iu;

/**
 * The input as the audit keeps it: secrets are replaced by `"(secret)"`, never by a length or a hash, since four digits are soon guessed.
 * `paths` are the tool's own (`data.code`, `name`); a path through an array means each of its items.
 */
export function redact(input: unknown, paths: readonly string[] = []): unknown {
  return walk(
    input,
    paths.map((path) => path.split('.')),
  );
}

function walk(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value === null ? null : '(secret)';
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      SECRET_NAME.test(key) && member !== null
        ? '(secret)'
        : walk(
            member,
            paths.filter(([first]) => first === key).map(([, ...rest]) => rest),
          ),
    ]),
  );
}
