import { type RefObject, useEffect, useRef } from 'react';
import type { LogBlock } from '../../api/log-blocks.ts';
import { type Colour, colours } from '../../api/log-colours.ts';
import { rangeOf } from './highlight.ts';

/** The most parts of a log that are coloured, so that the page stays responsive. */
const mostColoured = 20_000;

const nameOf = (colour: Colour) => `bough-${colour}`;

/** Colours parts of a log by the browser's highlights, which change no element. Each block is coloured once, when it is new. */
export function useColours(content: RefObject<Element | null>, blocks: readonly LogBlock[]): void {
  const highlights = useRef(new Map<Colour, Highlight>());
  const done = useRef({ blocks: 0, parts: 0 });
  useEffect(() => {
    if (!('highlights' in CSS)) return;
    for (const colour of colours) {
      const added = new Highlight();
      // The matches of a search are above.
      added.priority = -1;
      highlights.current.set(colour, added);
      CSS.highlights.set(nameOf(colour), added);
    }
    done.current = { blocks: 0, parts: 0 };
    return () => {
      for (const colour of colours) CSS.highlights.delete(nameOf(colour));
    };
  }, []);
  useEffect(() => {
    const { current } = done;
    for (const [index, { coloured }] of blocks.slice(current.blocks).entries()) {
      const block = current.blocks + index;
      for (const { start, end, colour } of coloured.slice(0, mostColoured - current.parts)) {
        const range = content.current && rangeOf(content.current, { block, start, end });
        if (range) highlights.current.get(colour)?.add(range);
      }
      current.parts += coloured.length;
      if (current.parts > mostColoured) current.parts = mostColoured;
    }
    current.blocks = blocks.length;
  }, [content, blocks]);
}
