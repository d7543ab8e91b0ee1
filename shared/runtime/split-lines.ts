const carriageReturn = 0x0d;

/**
 * Splits text that arrives in pieces into lines, in linear time. As on a terminal, text after a carriage return
 * overwrites the line, so only the last state of a progress bar is emitted. Lines that are too long are emitted in
 * pieces, which limits memory.
 */
export function splitLines(emit: (line: string) => void, longestLine = 16_384) {
  let rest = '';
  /** True after a carriage return: further text replaces the line, and a line feed ends it. */
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
