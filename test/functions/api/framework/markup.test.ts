import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, markup } from '../../../../functions/api/framework/markup.ts';

describe('a template of HTML', () => {
  it('escapes text in elements and in attributes', () => {
    const text = `<a href="x" onclick='y'>&amp;</a>`;

    expect(markup`<p title="${text}">${text}</p>`.html).toBe(
      `<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`,
    );
    expect(escapeHtml(text)).toBe('&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;');
  });

  it('contains other templates as they are, and lists', () => {
    const items = ['a', '<b>'].map((item) => markup`<li>${item}</li>`);

    expect(markup`<ul>${items}</ul>${2}`.html).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>2');
  });

  it('leaves nothing of null, undefined and false', () => {
    expect(markup`[${null}${undefined}${false}${''}]`.html).toBe('[]');
  });

  it('makes text visible that reorders or hides other text', () => {
    expect(markup`${'gpj\u202eexe.\u200bx\u0000\ud800'}`.html).toBe('gpj\\u202eexe.\\u200bx\\u0000\\ud800');
  });

  it('adds no markup for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(markup`${text}`.html).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
