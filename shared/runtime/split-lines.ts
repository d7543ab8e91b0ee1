const carriageReturn = 0x0d;

/**
 * Takes text as it comes and hands it on by the line, in linear time. A carriage return lets what follows overwrite
 * the line, as on a terminal: of a progress bar only the last state is handed on. Longer lines are handed on in
 * pieces, so that memory stays flat.
 */
export function splitLines(emit: (line: string) => void, longestLine = 16_384) {
  let rest = '';
  /** The line ends in a carriage return so far: more text replaces it, a line feed ends it. */
  let isReturned = false;

  const add = (text: string) => {
    const end = endOfText(text);
    if (end > 0) {
      const start = text.lastIndexOf('\r', end - 1) + 1;
      rest = isReturned || start > 0 ? text.slice(start, end) : rest + text.slice(start, end);
      isReturned = false;
      while (rest.length > longestLine) {
        const length = wholeCharacters(rest, longestLine);
        emit(rest.slice(0, length));
        rest = rest.slice(length);
      }
    }
    if (end < text.length) isReturned = true;
  };
  const endLine = () => {
    emit(rest);
    rest = '';
    isReturned = false;
  };
  return {
    push(text: string) {
      const lines = text.split('\n');
      for (const line of lines.slice(0, -1)) {
        add(line);
        endLine();
      }
      add(lines.at(-1) ?? '');
    },
    end() {
      if (rest !== '') endLine();
    },
  };
}

/** The length of a text without the carriage returns at its end. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === carriageReturn) end -= 1;
  return end;
}

/** The greatest length up to `length` that cuts no surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const isCut =
    /[\ud800-\udbff]/.test(text.charAt(length - 1)) && /[\udc00-\udfff]/.test(text.charAt(length));
  return isCut && length > 1 ? length - 1 : length;
}
