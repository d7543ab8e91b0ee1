import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, isTyped, typable, wellFormed } from '../../../shared/domain/values/text.ts';

const family = '👨‍👩‍👧‍👦';

describe('a text that is cut', () => {
  it.each([
    ['a short text stays whole', 'short', 10, 'short'],
    ['letters fill the length', 'abcdef', 3, 'abc'],
    ['an emoji that fits stays', 'ab🌱cd', 4, 'ab🌱'],
    ['an emoji across the end is left out', 'abc🌱d', 4, 'abc'],
    ['a family across the end is left out as a whole', `ab${family}`, 8, 'ab'],
    ['a flag is left out as a whole', 'ab🇦🇹', 4, 'ab'],
    ['a letter keeps its accent or is left out', 'abe\u0301', 3, 'ab'],
    ['an unpaired surrogate is replaced', 'a\ud83cb', 10, 'a\ufffdb'],
    ['an unpaired surrogate is replaced in what is kept', '\udf31abc', 2, '\ufffda'],
    ['an endless character is cut all the same', `a${'\u0301'.repeat(500)}`, 200, `a${'\u0301'.repeat(199)}`],
    ['an endless character is not cut through a pair', `a${'🏽'.repeat(500)}`, 200, `a${'🏽'.repeat(99)}`],
  ])('%s', (_, text, length, kept) => {
    expect(cut(text, length)).toBe(kept);
  });

  it('is a beginning of the text, no longer than allowed, without half a character', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(anyText, fc.nat(30), (text, length) => {
        const kept = cut(text, length);
        expect(kept.length).toBeLessThanOrEqual(length);
        expect(text.toWellFormed().startsWith(kept)).toBe(true);
        expect(kept.isWellFormed()).toBe(true);
        expect(cut(kept, length)).toBe(kept);
      }),
    );
  });
});

describe('a document that is stored', () => {
  it('has no unpaired surrogate in it, and is the same otherwise', () => {
    const bytes = new Uint8Array([1]);
    expect(wellFormed({ title: 'x\ud83c', list: [{ text: '\udf31🌱' }, null, 1, true], bytes })).toEqual({
      title: 'x\ufffd',
      list: [{ text: '\ufffd🌱' }, null, 1, true],
      bytes,
    });
  });
});

describe('a name that a person types to confirm', () => {
  it.each([
    ['plain', 'Website', 'Website'],
    ['an invisible character', 'Web\u200bsite', 'Web\\u200bsite'],
    ['a direction override', 'abc\u202egpj', 'abc\\u202egpj'],
    ['two spaces', 'My  website', 'My website'],
    ['a no-break space', 'My\u00a0website', 'My website'],
    ['a line break and a tab', ' My\nfirst\twebsite ', 'My first website'],
    ['an accent as a character of its own', 'Cafe\u0301', 'Café'],
  ])('is shown as it can be typed, and accepted so: %s', (_, name, shown) => {
    expect(typable(name)).toBe(shown);
    expect(isTyped(name, shown)).toBe(true);
    expect(isTyped(name, name)).toBe(true);
  });

  it.each(['website', 'Web site', 'Website2', ''])('is not accepted when it differs: %j', (typed) => {
    expect(isTyped('Website', typed)).toBe(false);
  });
});
