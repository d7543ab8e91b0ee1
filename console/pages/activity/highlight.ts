import type { Match } from './search-log.ts';

const [all, one] = ['bough-found', 'bough-found-current'] as const;

/**
 * Colours the matches of a search by the browser's highlights, which change no element, so that the selection stays.
 * Returns the function that removes the colours.
 */
export function highlight(content: Element | null, matches: readonly Match[], current: number): () => void {
  if (!content || !('highlights' in CSS)) return () => undefined;
  const ranges = matches.flatMap((match) => rangeOf(content, match) ?? []);
  const shown = ranges[current];
  CSS.highlights.set(all, new Highlight(...ranges));
  CSS.highlights.set(one, new Highlight(...(shown ? [shown] : [])));
  return () => {
    CSS.highlights.delete(all);
    CSS.highlights.delete(one);
  };
}

/** Scrolls to a match. The page moves only when the log is partly outside the window. */
export function scrollTo(scroller: Element | null, content: Element | null, match: Match): void {
  const range = content && rangeOf(content, match);
  if (!scroller || !range) return;
  scroller.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const place = document.createRange();
  place.setStart(range.startContainer, range.startOffset);
  place.setEnd(range.endContainer, range.endOffset);
  const [found, frame] = [place.getBoundingClientRect(), scroller.getBoundingClientRect()];
  const isBeside = found.left < frame.left || found.right > frame.right;
  scroller.scrollBy({
    top: found.top - frame.top - frame.height / 2,
    left: isBeside ? found.left - frame.left - frame.width / 2 : 0,
    behavior: 'instant',
  });
}

/** The range of a match in the elements of the blocks. */
export function rangeOf(content: Element, { block, start, end }: Match): StaticRange | null {
  const text = content.children[block]?.firstChild;
  if (!text) return null;
  return new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end });
}
