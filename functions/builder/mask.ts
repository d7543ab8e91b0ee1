import { type BuildVariable, shortestHidden } from '../../shared/domain/variables/variable.ts';
import { buildSearch, follow, type SearchState } from './find-texts.ts';
import { quotedForms } from './quoted-forms.ts';

/** Hides the values of sensitive variables in texts. */
export interface Mask {
  /** A whole text without the values. */
  hide(text: string): string;
  /** Hides values in text that arrives in pieces, also when a value is split over pieces. */
  stream(emit: (text: string) => void): { push(piece: string): void; end(): void };
}

/** A range of the pending text that is hidden. */
interface Hidden {
  start: number;
  end: number;
  label: string;
  /** True when its label was emitted with an earlier piece. */
  isShown: boolean;
}

/**
 * Creates the mask of the sensitive variables. Hidden are values, each line of a value, each text and number in a JSON
 * value, and the forms in which JSON and shells write them. Encoded forms, such as Base64, are not recognised.
 */
export function createMask(variables: readonly BuildVariable[]): Mask {
  const texts = new Map<string, string>();
  for (const variable of variables.filter(({ is_sensitive }) => is_sensitive)) {
    for (const text of formsOf(variable)) {
      if (text.length >= shortestHidden && !texts.has(text)) texts.set(text, variable.name);
    }
  }
  const root = buildSearch(texts);
  const stream = (emit: (text: string) => void) =>
    texts.size === 0 ? { push: emit, end: () => undefined } : maskedStream(root, emit);
  return {
    stream,
    hide(text) {
      let hidden = '';
      const whole = stream((part) => {
        hidden += part;
      });
      whole.push(text);
      whole.end();
      return hidden;
    },
  };
}

/** Emits text as soon as it is certain that it is no part of a value: the beginning of a value is held back. */
function maskedStream(root: SearchState, emit: (text: string) => void) {
  let state = root;
  let held = '';
  let ranges: Hidden[] = [];

  const release = (text: string, end: number) => {
    let shown = '';
    let at = 0;
    for (const range of ranges) {
      if (range.start >= end) break;
      shown += text.slice(at, Math.max(range.start, at));
      if (!range.isShown) shown += `[Hidden: ${range.label}]`;
      range.isShown = true;
      at = Math.min(range.end, end);
    }
    shown += text.slice(at, end);
    ranges = ranges
      .filter((range) => range.end > end)
      .map((range) => ({ ...range, start: Math.max(range.start - end, 0), end: range.end - end }));
    held = text.slice(end);
    if (shown !== '') emit(shown);
  };
  return {
    push(piece: string) {
      const text = held + piece;
      for (let at = held.length; at < text.length; at++) {
        state = follow(state, text.charAt(at));
        const { found } = state;
        if (found) addRange(ranges, at + 1 - found.length, at + 1, found.label);
      }
      release(text, text.length - state.depth);
    },
    end() {
      release(held, held.length);
      state = root;
    },
  };
}

/**
 * Adds a range that ends last. Overlapping values become one range, so that no part of one is left. Each range is
 * removed at most once, so the time is linear in the number of values.
 */
function addRange(ranges: Hidden[], start: number, end: number, label: string): void {
  let range: Hidden = { start, end, label, isShown: false };
  for (let last = ranges.at(-1); last && last.end > start; last = ranges.at(-1)) {
    range = { ...last, start: Math.min(last.start, range.start), end };
    ranges.pop();
  }
  ranges.push(range);
}

/** The forms in which a script may print a value. */
function formsOf({ value, is_json }: BuildVariable): string[] {
  const texts = [value, ...(is_json ? textsIn(JSON.parse(value)) : [])];
  return texts.flatMap((text) => [text, text.trim(), ...quotedForms(text), ...linesOf(text)]);
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => [line, line.trim(), ...quotedForms(line)]);
}

function textsIn(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  if (typeof json === 'number') return [String(json)];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsIn) : [];
}
