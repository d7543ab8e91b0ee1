import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '../../../shared/domain/values/text.ts';

describe('a text from outside', () => {
  it.each([
    'Improve the header',
    'größe 日本語 हिन्दी עברית العربية',
    'two\nlines\tand a tab',
    '👨‍👩‍👧 ❤️ 👍🏽 1️⃣ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'https://example.org/?a=b#c',
    'C:\\u202e',
  ])('stays as it is where nothing is hidden: %j', (text) => {
    expect(visible(text)).toBe(text);
  });

  it.each([
    ['an override of the direction', 'a\u202etxt.exe', 'a\\u202etxt.exe'],
    ['an isolate', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['a direction mark', '\u200fa\u061c', '\\u200fa\\u061c'],
    ['an escape sequence', '\u001b[8mhidden', '\\u001b[8mhidden'],
    ['a hyperlink', '\u001b]8;;http://evil\u0007a', '\\u001b]8;;http://evil\\u0007a'],
    ['an escape sequence of eight bits', '\u009b2J', '\\u009b2J'],
    ['a carriage return and a backspace', 'a\rb\b', 'a\\u000db\\u0008'],
    ['a character of no width', 'ma\u200bin\u200d\ufeff', 'ma\\u200bin\\u200d\\ufeff'],
    ['a soft hyphen', 'ma\u00adin', 'ma\\u00adin'],
    ['a filler', 'main\u3164', 'main\\u3164'],
    ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
    ['a text in tags', 'a\u{e0041}', 'a\\udb40\\udc41'],
    ['a text in variation selectors', 'a\ufe01\u{e0101}', 'a\\ufe01\\udb40\\udd01'],
    ['half a character', 'a\ud83d', 'a\\ud83d'],
  ])('has %s escaped', (_, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('stays the same JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = JSON.stringify({ [text]: [text] }, null, 2);
        expect(JSON.parse(visible(json))).toEqual({ [text]: [text] });
      }),
    );
  });

  it('is escaped once: visible text does not change', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});
