/** Splits the values of an option or argument by commas and whitespace. */
export function splitList(values: readonly string[] = []): string[] {
  return values.flatMap((value) => value.split(/[,\s]+/)).filter((value) => value !== '');
}

/** A predicate for texts that match a pattern, in which `*` and `%` stand for any characters. */
export function matcherOf(pattern: string): (text: string) => boolean {
  const literals = pattern.split(/[*%]/).map((literal) => literal.replace(/[\\^$.|?+()[\]{}/]/g, '\\$&'));
  const expression = new RegExp(`^${literals.join('.*')}$`, 'su');
  return (text) => expression.test(text);
}

/** Joins alternatives: `a, b or c`. */
export function orList(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} or ${items.at(-1)}` : items.join('');
}

/** A count with its noun: `1 environment`, `2 environments`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Sorts items by one property in natural order (`pr-2` before `pr-10`), then by id. */
export function sortBy<T extends { id: string; [property: string]: unknown }>(
  items: readonly T[],
  property: string,
): T[] {
  // Making a collator takes milliseconds, which commands without a sorted list do not have to wait for.
  const { compare } = new Intl.Collator('en', { numeric: true });
  return items.toSorted((a, b) => compare(textOf(a[property]), textOf(b[property])) || compare(a.id, b.id));
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
