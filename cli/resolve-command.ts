import type { CommandSpec } from './command.ts';
import { CliError } from './errors.ts';

/**
 * Finds a command by one of its names, or by an unambiguous abbreviation of each part of a name: `env:li`.
 * Throws `CliError` with suggestions.
 */
export function resolveCommand(word: string, specs: readonly CommandSpec[]): CommandSpec {
  const exact = specs.find((spec) => namesOf(spec).includes(word));
  if (exact) return exact;
  const visible = specs.filter(({ isHidden }) => !isHidden);
  const meant = visible.filter((spec) => namesOf(spec).some((name) => isAbbreviated(name, word)));
  const [only, ...others] = meant;
  if (only && others.length === 0) return only;
  if (only) {
    throw new CliError(
      `error: command '${word}' is ambiguous\n${suggest(meant.map(({ name }) => name))}`.trimEnd(),
    );
  }
  const names = visible.flatMap(({ name, aliases }) => [name, ...aliases]);
  throw new CliError(`error: unknown command '${word}'\n${suggest(similarTo(word, names))}`.trimEnd());
}

function namesOf({ name, aliases, hiddenAliases = [] }: CommandSpec): string[] {
  return [name, ...aliases, ...hiddenAliases];
}

function isAbbreviated(name: string, word: string): boolean {
  const parts = name.split(':');
  const given = word.split(':');
  const fits = (part: string, index: number) => part !== '' && parts[index]?.startsWith(part);
  return given.length === parts.length && given.every(fits);
}

function suggest(names: readonly string[]): string {
  if (names.length === 0) return "(See 'bough --help' for the commands.)";
  return `(Did you mean ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}?)`;
}

/** The names with the smallest edit distance to the word, unless that distance is too large. */
function similarTo(word: string, names: readonly string[]): string[] {
  const distances = names.map((name) => ({ name, distance: typingErrors(word, name) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  if (least > Math.max(1, Math.floor(word.length / 3))) return [];
  return distances.filter(({ distance }) => distance === least).map(({ name }) => name);
}

/** The edit distance: inserted, deleted, replaced and swapped letters (optimal string alignment). */
function typingErrors(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
