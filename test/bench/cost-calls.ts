/** The calls of the workflows. */
export interface Calls {
  readonly reads: number;
  readonly lists: number;
  readonly writes: number;
  /** Entries of the journal of changes, notes of deliveries, and records of checks. */
  readonly entries: number;
  readonly messages: number;
  readonly decrypts: number;
  readonly mirrorReads: number;
  readonly mirrorCommits: number;
  readonly bundles: number;
  readonly builds: number;
}

/** The calls for one of each event, up to its build status, and for a prune without changes. cost.test.ts checks them. */
export const CALLS: Readonly<Record<'push' | 'inactive' | 'opened' | 'ended' | 'prune', Calls>> = {
  /** A push to an active environment. */
  push: {
    reads: 11,
    lists: 0,
    writes: 3,
    entries: 3,
    messages: 2,
    decrypts: 3,
    mirrorReads: 1,
    mirrorCommits: 1,
    bundles: 1,
    builds: 1,
  },
  /** A push to an inactive environment. */
  inactive: {
    reads: 6,
    lists: 0,
    writes: 3,
    entries: 3,
    messages: 1,
    decrypts: 1,
    mirrorReads: 1,
    mirrorCommits: 1,
    bundles: 1,
    builds: 0,
  },
  /** A pull request is opened, and its environment deployed. */
  opened: {
    reads: 11,
    lists: 1,
    writes: 3,
    entries: 3,
    messages: 2,
    decrypts: 3,
    mirrorReads: 1,
    mirrorCommits: 1,
    bundles: 1,
    builds: 1,
  },
  /** A pull request is merged, and its environment deleted. */
  ended: {
    reads: 8,
    lists: 1,
    writes: 3,
    entries: 3,
    messages: 1,
    decrypts: 1,
    mirrorReads: 1,
    mirrorCommits: 1,
    bundles: 0,
    builds: 1,
  },
  /** A tick for one integration whose checks by the API are not due. */
  prune: {
    reads: 3,
    lists: 1,
    writes: 0,
    entries: 0,
    messages: 0,
    decrypts: 1,
    mirrorReads: 0,
    mirrorCommits: 0,
    bundles: 0,
    builds: 0,
  },
};

/**
 * The reads of a build's credentials and variables, for an environment that inherits variables from its parent.
 * cost.test.ts checks them. Each sensitive variable is one more call of KMS.
 */
export const BUILD_START = { reads: 3, variables: 3 };
