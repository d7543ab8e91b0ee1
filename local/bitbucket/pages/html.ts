import { visible } from '../../../shared/domain/values/text.ts';
import { escapeHtml } from '../resources.ts';

/** Markup in which every text is escaped. Only the tag `html` creates it from data. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** A part of a page: texts and numbers are escaped, undefined adds nothing. */
export type Content = Html | string | number | undefined | readonly Content[];

function markupOf(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (content === undefined) return '';
  if (typeof content === 'string' || typeof content === 'number') {
    // Characters that reorder text or are invisible are shown as escapes.
    return escapeHtml(visible(String(content)));
  }
  return content.map(markupOf).join('');
}

/** A template whose values are escaped. An attribute's value needs double quotes. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  const parts = strings.map((text, index) => `${text}${markupOf(values[index])}`);
  return new Html(parts.join(''));
}
