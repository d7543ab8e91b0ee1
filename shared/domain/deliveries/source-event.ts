/** A pull request as last received from Bitbucket. Commits may be abbreviated to 12 characters: see `sameCommit`. */
export interface PullRequest {
  number: number;
  title: string;
  source: {
    /** A branch's name, or the full reference (`refs/tags/v1`) when the source is not a branch. */
    branch: string;
    /** Null when Bitbucket has no commit any more, for example after the source branch was deleted. */
    commit: string | null;
    /** The full name of the source repository, `owner/name`; null after a fork was deleted. */
    repository: string | null;
  };
  target: { branch: string };
  /** True when the source is not in the integration's own repository. */
  fork: boolean;
}

/**
 * A normalised change of a repository. Deliveries get lost, repeated and reordered, so an event only states where to look:
 * git is read again before an environment is deployed or deleted.
 */
export type SourceEvent =
  | {
      type: 'branch.pushed';
      branch: string;
      commit: string;
      /** Set by a fetch that has mirrored this commit. */
      mirrored?: boolean;
      /** Set by a fetch when open pull requests target the branch: their environments move below this one. */
      is_target?: boolean;
    }
  | { type: 'branch.deleted'; branch: string }
  | { type: 'pull_request.opened' | 'pull_request.updated'; pull_request: PullRequest }
  | {
      type:
        | 'pull_request.merged'
        | 'pull_request.declined'
        | 'pull_request.deleted'
        | 'pull_request.superseded';
      number: number;
    }
  | {
      type: 'repository.changed';
      /** The repository's name in the delivery, if it has one. A name other than the stored one means a rename. */
      repository?: string;
    }
  /** Tags were created, moved or deleted. */
  | { type: 'tags.changed' };

/** A change of one branch or pull request, which concerns one environment. */
export type EnvironmentEvent = Exclude<SourceEvent, { type: 'repository.changed' | 'tags.changed' }>;

/** The id of the environment that an event concerns. */
export function environmentOf(event: EnvironmentEvent): string {
  switch (event.type) {
    case 'branch.pushed':
    case 'branch.deleted':
      return event.branch;
    case 'pull_request.opened':
    case 'pull_request.updated':
      return pullRequestEnvironment(event.pull_request.number);
    default:
      return pullRequestEnvironment(event.number);
  }
}

/** The id of a pull request's environment. Numbers of pull requests are unique per repository. */
export function pullRequestEnvironment(number: number): string {
  return `pr-${number}`;
}
