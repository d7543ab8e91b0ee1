import { describe, expect, it } from 'vitest';
import { appended, linesOfBlock, noLog, textOf } from '../../console/api/log-blocks.ts';

describe('a log in blocks', () => {
  it('has the same text, however its entries arrive', () => {
    const messages = Array.from({ length: 3 * linesOfBlock }, (_, index) => `line ${index}\n`);
    const atOnce = appended(noLog, [...messages, null]);
    const oneByOne = messages.reduce((log, message) => appended(log, [message]), noLog);

    expect(textOf(oneByOne)).toBe(textOf(atOnce));
    expect(atOnce).toMatchObject({ lines: 600, read: 600, isComplete: true });
    expect(oneByOne.isComplete).toBe(false);
    expect(atOnce.blocks.map(({ lines }) => lines)).toEqual([200, 200, 200]);
  });

  it('keeps its blocks when it grows', () => {
    const before = appended(noLog, ['a', 'b']);
    const after = appended(before, ['c']);

    expect(after.blocks[0]).toBe(before.blocks[0]);
  });

  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red\n'],
    ['other control characters', 'a\u0007b\u001b]0;title', 'a\\u0007b\\u001b]0;title\n'],
    ['controls of direction', 'abc\u202egpj.exe', 'abc\\u202egpj.exe\n'],
    ['carriage returns', '10 %\r100 %\r\n', '10 %\n100 %\n'],
    ['empty lines', '\n', '\n'],
  ])('shows %s as text', (_, message, text) => {
    expect(textOf(appended(noLog, [message]))).toBe(text);
  });

  it('has the width of its widest line, with room for wide characters and tabs', () => {
    expect(appended(noLog, ['abc', 'a\tb', '漢字']).blocks[0]?.columns).toBe(10);
  });
});
