/** In UTF-16 code units. Longer characters are not real text and may be cut in the middle. */
const longestCharacter = 64;

/**
 * The beginning of a text, in at most `length` UTF-16 code units, cut between graphemes: an emoji or an accented letter
 * stays whole. Unpaired surrogates are replaced, because no store accepts them.
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

/**
 * A whole emoji, which may contain joiners and selectors, or one character that controls a terminal, reorders text or is
 * invisible. The excluded format characters of Arabic and Syriac are visible.
 */
const emojiOrHidden =
  '\\p{RGI_Emoji}|[[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]--[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2]]';

let pattern: RegExp | undefined;

/**
 * An untrusted text with its invisible and control characters escaped. Line breaks and tabs stay. The escapes are those of
 * JSON, so a JSON document keeps its meaning.
 */
export function visible(text: string): string {
  // Most texts are plain, and making the pattern takes tens of milliseconds at the start of a program.
  if (/^[\x20-\x7e\n\t]*$/.test(text)) return text;
  pattern ??= new RegExp(emojiOrHidden, 'gv');
  return text.replace(pattern, (found) =>
    isEmoji(found) || found === '\n' || found === '\t' ? found : escaped(found),
  );
}

function isEmoji(text: string): boolean {
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(text);
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const code = text.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${code}`;
  }).join('');
}

const longestShown = 100;

/** An untrusted name for use in a sentence: shortened, on one line, with invisible characters escaped. */
export function shown(name: string): string {
  return visible(cut(name, longestShown)).replace(/[\n\t]/g, escaped);
}

/** An untrusted name as a person can type it: on one line with single spaces, and with invisible characters escaped. */
export function typable(name: string): string {
  return visible(name).replace(/\s+/g, ' ').trim().normalize('NFC');
}

/** True when a person has typed a name, in its typable form or exactly. */
export function isTyped(name: string, typed: string): boolean {
  return typable(name) === typable(typed);
}

/** A document whose string values have no unpaired surrogates, so that it can be stored; see `cut`. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, wellFormed(inside)]));
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** A text with exactly one punctuation mark at its end. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  if (/[!?]$/.test(trimmed)) return trimmed;
  let end = trimmed.length;
  while (trimmed[end - 1] === '.') end -= 1;
  return `${trimmed.slice(0, end)}.`;
}
