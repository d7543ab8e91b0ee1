import { type RefObject, useEffect, useRef } from 'react';
import { ownMark } from '../../../shared/api/log.ts';
import type { LogBlock } from '../../api/log-blocks.ts';
import { rangeOf } from './highlight.ts';

const name = 'bough-own';
const ownLines = new RegExp(`^${ownMark}.*$`, 'gm');

/** Colours Bough's own lines of a log by the browser's highlights. A block is searched once, when it is new. */
export function useOwnLines(content: RefObject<Element | null>, blocks: readonly LogBlock[]): void {
  const own = useRef<Highlight>(null);
  const searched = useRef(0);
  useEffect(() => {
    if (!('highlights' in CSS)) return;
    own.current = new Highlight();
    // The matches of a search are above.
    own.current.priority = -1;
    searched.current = 0;
    CSS.highlights.set(name, own.current);
    return () => void CSS.highlights.delete(name);
  }, []);
  useEffect(() => {
    if (!content.current || !own.current) return;
    for (const [index, { text }] of blocks.slice(searched.current).entries()) {
      const block = searched.current + index;
      for (const { index: start, 0: line } of text.matchAll(ownLines)) {
        const range = rangeOf(content.current, { block, start, end: start + line.length });
        if (range) own.current.add(range);
      }
    }
    searched.current = blocks.length;
  }, [content, blocks]);
}
