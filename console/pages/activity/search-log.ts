import type { LogBlock } from '../../api/log-blocks.ts';

/** A place in a log that has the searched text. */
export interface Match {
  /** The index of the block. */
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

/** A search finds at most this many places. */
export const mostMatches = 10_000;

/** The places that have a text, in upper or lower case. */
export function searchLog(blocks: readonly LogBlock[], wanted: string): readonly Match[] {
  if (wanted === '') return [];
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), 'gi');
  const matches: Match[] = [];
  for (const [block, { text }] of blocks.entries()) {
    for (const { index, 0: found } of text.matchAll(pattern)) {
      matches.push({ block, start: index, end: index + found.length });
      if (matches.length === mostMatches) return matches;
    }
  }
  return matches;
}
