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

  it.each([
    ['a colour of the script', '\u001b[31mred\u001b[39m plain', [[0, 3, 'red']]],
    ['a bright one, with a style', 'a \u001b[1;92mgreen\u001b[0m', [[2, 7, 'green']]],
    ['one of a palette', '\u001b[38;5;4mblue\u001b[38;2;1;2;3m other', [[0, 4, 'blue']]],
    ['one behind a background', '\u001b[48;5;1;33myellow', [[0, 6, 'yellow']]],
    ['no colour for black, white and unknown sequences', '\u001b[37;1mwhite\u001b[2K\u001b[30mblack', []],
    [
      'one over the lines of a message',
      '\u001b[36ma\r\nbc',
      [
        [0, 1, 'cyan'],
        [2, 4, 'cyan'],
      ],
    ],
    ['one around escaped characters', '\u001b[90m\u0007\u001b[m!', [[0, 6, 'grey']]],
    ["the colour of Bough's own lines", '==> \u001b[31mReady\n', [[0, 9, 'own']]],
  ])('has %s', (_, message, expected) => {
    const [first, block] = appended(appended(noLog, ['before']), ['x', message]).blocks;

    expect(first?.coloured).toEqual([]);
    expect(block?.coloured.map(({ start, end, colour }) => [start - 2, end - 2, colour])).toEqual(expected);
  });

  it('has the width of its widest line, with room for wide characters and tabs', () => {
    expect(appended(noLog, ['abc', 'a\tb', '漢字']).blocks[0]?.columns).toBe(10);
  });
});
