import { visible } from '../../../shared/domain/values/text.ts';

/** A value in a template of `markup`. Text is escaped; null and false leave nothing. */
export type Content = string | number | Markup | readonly Content[] | null | undefined | false;

/** HTML whose untrusted parts are escaped. `markup` creates it. */
export class Markup {
  readonly html: string;

  constructor(parts: TemplateStringsArray, contents: readonly Content[]) {
    this.html = parts.map((part, index) => part + htmlOf(contents[index])).join('');
  }
}

/**
 * A template tag for HTML. Contents are escaped for elements and for quoted attributes, and control characters and text
 * direction overrides become visible, so a name can neither add markup nor disguise itself.
 */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts, contents);
}

function htmlOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.html;
  if (typeof content === 'string') return escapeHtml(visible(content));
  return typeof content === 'number' ? String(content) : content.map(htmlOf).join('');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML, for elements and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
