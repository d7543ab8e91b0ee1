import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../shared/runtime/split-lines.ts';

function linesOf(chunks: string[], longestLine?: number): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line), longestLine);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('output that is split into lines', () => {
  it.each<[string, string[], string[]]>([
    ['lines in one piece', ['one\ntwo\n'], ['one', 'two']],
    ['a line in pieces', ['o', 'ne\nt', 'wo\n'], ['one', 'two']],
    ['a last line without an end', ['one\ntwo'], ['one', 'two']],
    ['empty lines', ['one\n\n\ntwo\n'], ['one', '', '', 'two']],
    ['Windows line endings', ['one\r\ntwo\r', '\n'], ['one', 'two']],
    ['a progress bar, reduced to its last state', ['10%\r50%', '\r100%\ndone\n'], ['100%', 'done']],
    ['nothing', [], []],
  ])('can contain %s', (_what, chunks, lines) => {
    expect(linesOf(chunks)).toEqual(lines);
  });

  it('has the same lines for any chunk boundaries', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\r\n]{0,5}$/)), (chunks) => {
        expect(linesOf(chunks)).toEqual(linesOf([chunks.join('')]));
      }),
    );
  });

  it('has a line without an end in pieces, without loss', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{0,9}$/)), (chunks) => {
        const lines = linesOf(chunks, 4);

        expect(lines.join('')).toBe(chunks.join(''));
        expect(lines.every((line) => line.length <= 4)).toBe(true);
      }),
    );
  });

  it.each([
    ['alone', '\r'.repeat(2_000_000), ''],
    ['between letters', 'a\r'.repeat(1_000_000), 'a'],
    ['in front of a letter', `a${'\r'.repeat(2_000_000)}b`, 'b'],
  ])('is split in linear time with a run of carriage returns %s', (_, text, line) => {
    expect(linesOf([text, '\n', text, '\n'])).toEqual([line, line]);
  });

  it('has no split characters', () => {
    expect(linesOf(['abc🚀def'], 4)).toEqual(['abc', '🚀de', 'f']);
  });

  it('has a long line before it has ended', () => {
    const lines: string[] = [];
    splitLines((line) => lines.push(line), 4).push('abcdefghij');

    expect(lines).toEqual(['abcd', 'efgh']);
  });
});
