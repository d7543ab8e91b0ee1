/** A pull request as Bitbucket last told it. Commits may be abbreviated to 12 characters: see `sameCommit`. */
export interface PullRequest {
  number: number;
  title: string;
  source: {
    /** A branch's name, or the whole reference (`refs/tags/v1`) where it is not a branch. */
    branch: string;
    /** Null when Bitbucket no longer knows it, as after the source branch was deleted. */
    commit: string | null;
    /** The name of the repository that has it, `owner/name`; null when that is gone, as a fork may be. */
    repository: string | null;
  };
  target: { branch: string };
  /** True when the source is not in the integration's own repository. */
  fork: boolean;
}

/**
 * A change in the repository, told in our words. It says where to look, never what is true:
 * deliveries get lost, repeated and reordered, so git is read again before anything is built or destroyed.
 */
export type SourceEvent =
  | {
      type: 'branch.pushed';
      branch: string;
      commit: string;
      /** Set by a fetch that has just brought this commit into the mirror. */
      mirrored?: boolean;
      /** Set by a fetch when pull requests target the branch, whose environments belong under this one. */
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
      /** The repository's name, as far as Bitbucket told it: another than we know means that it was renamed. */
      repository?: string;
    }
  /** Tags were created, moved or deleted. */
  | { type: 'tags.changed' };

/** A change of one branch or pull request, and so of one environment. */
export type EnvironmentEvent = Exclude<SourceEvent, { type: 'repository.changed' | 'tags.changed' }>;

/** The id of the environment that an event is about. */
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

/** Pull request ids are unique per repository, so the number alone names the environment. */
export function pullRequestEnvironment(number: number): string {
  return `pr-${number}`;
}
