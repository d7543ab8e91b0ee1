/** Two columns wide on a terminal: East Asian characters and emoji. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** How many columns a line takes on a terminal. */
export function displayWidth(line: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Titles come from outside: without control characters they cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}

/** The API's times, as PHP's format `c` writes them. */
export function formatDate(iso: string | null): string {
  return iso ? iso.replace(/(\.\d+)?Z$/, '+00:00') : '';
}
