import { visible } from '../../shared/domain/values/text.ts';

/** The longest part of an untrusted text that is shown, in UTF-16 code units. */
const longestShown = 2000;

/**
 * A text from Bitbucket or from a user, such as the name of a branch. Control characters are escaped, and its direction does
 * not affect the text around it.
 */
export function Foreign({ text, oneLine = false }: { text: string; oneLine?: boolean }) {
  const shown = foreignText(text);
  return (
    <bdi className={oneLine ? 'foreign one-line' : 'foreign'} title={oneLine ? shown : undefined}>
      {shown}
    </bdi>
  );
}

/** An untrusted text for places that take no elements, such as labels and the title of the document. */
export function foreignText(text: string): string {
  return visible(text.slice(0, longestShown));
}
