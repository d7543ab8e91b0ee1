import type { Background } from './background.ts';
import type { Deliveries } from './deliveries.ts';
import type { Git } from './git.ts';
import type { Store } from './store.ts';

/** The parts of one running playground that its routes share. */
export interface Bitbucket {
  /** Where browsers and git clients find it, without a trailing slash. */
  readonly url: string;
  readonly apiUrl: string;
  readonly store: Store;
  readonly git: Git;
  readonly background: Background;
  readonly deliveries: Deliveries;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** A link as every resource carries it. */
export function link(href: string): { href: string } {
  return { href };
}

/** Encodes each segment but keeps the slashes, as Bitbucket's links to branches do. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
