import { ownMark } from '../../shared/api/log.ts';
import { visible } from '../../shared/domain/values/text.ts';

/** The colours of a log: those of terminals, and one for Bough's own lines. Black and white are the text's own colour. */
export const colours = ['own', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'grey'] as const;

/** A colour of a log. */
export type Colour = (typeof colours)[number];

/** A part of a text that has a colour. */
export interface Coloured {
  readonly start: number;
  readonly end: number;
  readonly colour: Colour;
}

/** The text of a message as it is shown, and the parts with a colour. */
export interface ColouredText {
  readonly text: string;
  readonly coloured: readonly Coloured[];
}

const esc = String.fromCharCode(27);
/** The escape sequences of terminals for colours, styles and movements of the cursor. */
const controls = new RegExp(`${esc}\\[([\\d;?]*)([A-HJKSTfmnsulh])`, 'g');
const plain = /^[\x20-\x7e\n\t]*$/;
/** The colours of the codes 31 to 36, and of 91 to 96. */
const base: readonly Colour[] = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'];

/**
 * Reads a message of a log: control sequences of terminals set colours or are removed, and other invisible characters are
 * escaped. A colour ends with its message, which is a line as a rule.
 */
export function colouredText(message: string): ColouredText {
  const input = message.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  if (input.startsWith(ownMark)) return inOneColour(visible(input.replace(controls, '')), 'own');
  if (plain.test(input)) return { text: input, coloured: [] };
  let text = '';
  let colour: Colour | null = null;
  let from = 0;
  const coloured: Coloured[] = [];
  const add = (piece: string) => {
    const start = text.length;
    text += visible(piece);
    if (colour !== null && text.length > start) coloured.push({ start, end: text.length, colour });
  };
  for (const { 0: sequence, 1: parameters = '', 2: command, index } of input.matchAll(controls)) {
    add(input.slice(from, index));
    from = index + sequence.length;
    if (command === 'm') colour = colourAfter(colour, parameters);
  }
  add(input.slice(from));
  return { text, coloured };
}

function inOneColour(text: string, colour: Colour): ColouredText {
  return { text, coloured: [{ start: 0, end: text.length, colour }] };
}

/** The colour after a sequence with these parameters. Colours of larger palettes are those of the text. */
function colourAfter(before: Colour | null, parameters: string): Colour | null {
  const codes = parameters.split(';').map(Number);
  let colour = before;
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    const next = code === 38 || code === 48 ? ofPalette(codes) : ofCode(code);
    if (next !== undefined && code !== 48) colour = next;
  }
  return colour;
}

/** The colour of a code; undefined for a code that changes none. */
function ofCode(code: number): Colour | null | undefined {
  if (code === 0 || code === 39) return null;
  if (code >= 30 && code <= 37) return indexed(code - 30);
  return code >= 90 && code <= 97 ? indexed(code - 82) : undefined;
}

/** Takes the rest of a colour of a palette (`5;index`) or of one by its parts (`2;red;green;blue`). */
function ofPalette(codes: number[]): Colour | null {
  const isIndexed = codes[0] === 5;
  const [, index = 0] = codes.splice(0, isIndexed ? 2 : 4);
  return isIndexed ? indexed(index) : null;
}

/** A colour of the palette of 256, of which the first 16 have names. */
function indexed(index: number): Colour | null {
  if (index === 8) return 'grey';
  return index < 16 ? (base[(index % 8) - 1] ?? null) : null;
}
