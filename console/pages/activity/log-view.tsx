import './log.css';
import { memo, useEffect, useLayoutEffect, useRef } from 'react';
import type { Log, LogBlock } from '../../api/log-blocks.ts';
import { highlight, scrollTo } from './highlight.ts';
import type { Match } from './search-log.ts';
import { useColours } from './use-colours.ts';

/** Pixels of one line, as in the style sheet. */
const lineHeight = 20;

/** Lines from which on the browser skips the layout of blocks that are out of sight. */
const longLog = 2000;

/**
 * The lines of a log. Each block is one element that never changes, so that a selection stays while the log grows.
 */
export function LogView(props: {
  log: Log;
  isWrapped: boolean;
  /** True to show the end of the log while it grows. */
  isFollowing: boolean;
  /** The user scrolled to the end of the log, or away from it. */
  onFollow: (isFollowing: boolean) => void;
  matches: readonly Match[];
  /** The index of the match to show. */
  current: number;
}) {
  const { log, isWrapped, isFollowing, onFollow, matches, current } = props;
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  useEnd(scroller, content, isFollowing);
  useColours(content, log.blocks);
  useEffect(() => highlight(content.current, matches, current), [matches, current]);
  const shown = matches[current];
  useEffect(() => {
    if (shown) scrollTo(scroller.current, content.current, shown);
  }, [shown]);
  const onScroll = () => {
    if (!scroller.current) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller.current;
    if (scrollHeight - scrollTop - clientHeight < lineHeight) onFollow(true);
    else if (scrollTop < lastTop.current) onFollow(false);
    lastTop.current = scrollTop;
  };
  return (
    <section
      ref={scroller}
      className={isFollowing ? 'log following' : 'log'}
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls a focused element only
      tabIndex={0}
      onScroll={onScroll}
    >
      <div
        ref={content}
        className={classOf(log, isWrapped)}
        style={isWrapped ? {} : { minInlineSize: `${widthOf(log)}ch` }}
      >
        {log.blocks.map((block, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
          <Block key={index} block={block} />
        ))}
      </div>
    </section>
  );
}

const Block = memo(function Block({ block: { text, lines } }: { block: LogBlock }) {
  return (
    <div className="log-block" style={{ containIntrinsicBlockSize: `auto ${lines * lineHeight}px` }}>
      {text}
    </div>
  );
});

function classOf({ lines }: Log, isWrapped: boolean): string {
  return `log-lines${lines > longLog ? ' long' : ''}${isWrapped ? ' wrapped' : ''}`;
}

function widthOf({ blocks }: Log): number {
  return blocks.reduce((widest, { columns }) => Math.max(widest, columns), 0);
}

/** Keeps the end of the content in sight, also when its size changes. */
function useEnd(
  scroller: React.RefObject<HTMLElement | null>,
  content: React.RefObject<HTMLElement | null>,
  isFollowing: boolean,
): void {
  useLayoutEffect(() => {
    const [outer, inner] = [scroller.current, content.current];
    if (!isFollowing || !outer || !inner) return;
    const toEnd = () => outer.scrollTo({ top: outer.scrollHeight, behavior: 'instant' });
    toEnd();
    const observer = new ResizeObserver(toEnd);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [scroller, content, isFollowing]);
}
