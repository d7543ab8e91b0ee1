/**
 * A text as shells and JSON write it inside quotes: bash and dash trace it with `set -x`, and list variables with `set`,
 * `export -p` or `declare -p`; `printf %q` has backslashes. The text without quotes is not among them.
 */
export function quotedForms(text: string): string[] {
  return [
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", "'\\''"),
    text.replace(/'+/g, `'"$&"'`),
    text.replace(/["$`\\]/g, '\\$&'),
    text.replace(/[\s"'|&;,()<>!{}*[\]?^$`\\]|^[~#]|(?<=:)~/g, '\\$&'),
    inAnsiQuotes(text),
    inAnsiQuotes(text).replace(/\P{ASCII}+/gu, octal),
  ];
}

const letters = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\E'],
  ['\\', '\\\\'],
  ["'", "\\'"],
]);

/** The text inside `$'…'`, which bash uses for control characters, and for all but ASCII in the locale C. */
function inAnsiQuotes(text: string): string {
  return text.replace(/[\p{Cc}\\']/gu, (found) => letters.get(found) ?? octal(found));
}

function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
