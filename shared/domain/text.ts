/** Longer characters, which only exist to be a nuisance, are cut in the middle. */
const longestCharacter = 64;

/**
 * The beginning of a text, in at most `length` UTF-16 code units. It ends with a whole character as readers see it:
 * an emoji or a letter with its accents fits or is left out. Unpaired surrogates, which no store takes, are replaced.
 */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed();
  const near = text.slice(0, length + longestCharacter).toWellFormed();
  return near.slice(0, boundaryBefore(near, length));
}

function boundaryBefore(text: string, length: number): number {
  const characters = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  const boundary = characters.containing(length)?.index ?? length;
  if (length - boundary <= longestCharacter) return boundary;
  return isPair(text, length - 1) ? length - 1 : length;
}

function isPair(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}

const longestShown = 100;

/** A name from outside as part of a sentence: not too long, and what would steer a terminal or reorder text is escaped. */
export function shown(name: string): string {
  const code = (character: string) => character.charCodeAt(0).toString(16).padStart(4, '0');
  return cut(name, longestShown).replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${code(character)}`,
  );
}

/** A document whose every string, names of properties apart, is one that can be stored: see `cut`. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, wellFormed(inside)]));
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
