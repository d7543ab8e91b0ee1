/**
 * Takes text as it comes and hands it on by the line. What a carriage return overwrites on a terminal
 * (progress bars) is left out, and longer lines are handed on in pieces, so that memory stays flat.
 */
export function splitLines(emit: (line: string) => void, longestLine = 16_384) {
  let rest = '';
  const emitLine = (line: string) => {
    const shown = afterLastReturn(line.replace(/\r+$/, ''));
    for (let start = 0; start === 0 || start < shown.length; start += longestLine) {
      emit(shown.slice(start, start + longestLine));
    }
  };
  return {
    push(text: string) {
      const lines = (rest + text).split('\n');
      rest = afterLastReturn((lines.pop() ?? '').replace(/\r+$/, '\r'));
      for (const line of lines) emitLine(line);
      while (rest.length > longestLine) {
        emit(rest.slice(0, longestLine));
        rest = rest.slice(longestLine);
      }
    },
    end() {
      if (rest !== '') emitLine(rest);
      rest = '';
    },
  };
}

/** A return at the very end overwrites nothing yet. */
function afterLastReturn(line: string): string {
  return line.slice(line.lastIndexOf('\r', line.length - 2) + 1);
}
