import { type Environment, sourceRef } from '../environments/environment.ts';
import { sameCommit } from '../values/commit.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { minutesBetween } from '../values/time.ts';
import type { Integration } from './integration.ts';

/** The last checks of a repository by Bitbucket's API. Its branches are read by git, which costs no call. */
export interface ApiChecks {
  /** The time of the last list of open pull requests; null before the first. */
  pull_requests_at: string | null;
  /** The time of the last check of the repository's identity and its webhook; null before the first. */
  repository_at: string | null;
  /** The fingerprint of the branches at the time of the last check; null before the first. */
  branches: string | null;
}

/** The checks of a repository that was never checked. */
export const unchecked: ApiChecks = { pull_requests_at: null, repository_at: null, branches: null };

/** The checks to make now. */
export interface DueChecks {
  pull_requests: boolean;
  repository: boolean;
}

/** All checks, for prunes that users request. */
export const allChecks: DueChecks = { pull_requests: true, repository: true };

/** The lists of pull requests that the schedule makes in an hour for all repositories of an account. */
export const listsPerHour = 240;
/** The most repositories of an account on Bitbucket Cloud whose pull requests are all listed once an hour. */
export const mostHourly = 200;
/** A check that is due after this time is made within an hour, because the next prune may be 15 minutes away. */
const hourlyMinutes = 45;
/** Minutes between the lists of a quiet repository on an account with more repositories. */
export const quietMinutes = 6 * 60;
/** The number of repositories up to which a longer interval is not needed. */
const mostAtIntervals = 500;
/** Minutes between two checks of identity and webhook without a sign of trouble. */
export const repositoryMinutes = 24 * 60;

/** The minutes between two checks. */
export interface CheckIntervals {
  /** Between lists for a repository with environments of pull requests, or with branches that have moved since. */
  lively: number;
  quiet: number;
  repository: number;
}

/**
 * The intervals of an integration's checks, which share the calls of its account.
 * @param integration.peers the integrations on the account; 0 when unknown, which makes every check due
 */
export function checkIntervals({
  id,
  type,
  peers,
}: Pick<Integration, 'id' | 'type'> & { peers: number }): CheckIntervals {
  if (peers === 0) return { lively: 0, quiet: 0, repository: 0 };
  const affordable = (peers / listsPerHour) * 60;
  // So few calls fit into the hour even at the shortest interval between prunes.
  const lively = affordable <= 1 ? 0 : Math.min(affordable, hourlyMinutes);
  const crowd = Math.max(1, peers / mostAtIntervals);
  // Checks that began together would otherwise stay together.
  const part = 0.75 + 0.25 * fractionOf(id);
  const isQuotaLarge = type !== 'bitbucket' || peers <= mostHourly;
  return {
    lively,
    quiet: isQuotaLarge ? lively : quietMinutes * crowd * part,
    repository: repositoryMinutes * crowd * part,
  };
}

/** The observed state that decides about checks. */
export interface CheckSigns {
  now: string;
  /** The fingerprint of the branches. */
  branches: string;
  /** True when a delivery seems to be lost: git shows what no delivery has announced. */
  isOverdue: boolean;
  hasPullRequests: boolean;
}

/** The checks that are due by time, or by a sign that a delivery was lost. */
export function dueChecks(
  checks: ApiChecks,
  intervals: CheckIntervals,
  { now, branches, isOverdue, hasPullRequests }: CheckSigns,
): DueChecks {
  const hasMoved = branches !== checks.branches;
  const interval = hasPullRequests || hasMoved ? intervals.lively : intervals.quiet;
  // A difference that stays, such as a deletion that is held back, is a sign only once.
  const isSuspicious = isOverdue && hasMoved;
  return {
    pull_requests: isSuspicious || isDue(checks.pull_requests_at, interval, now),
    repository:
      (isSuspicious && isRepairDue(checks, now)) || isDue(checks.repository_at, intervals.repository, now),
  };
}

/** True when the last check is so old that a sign of trouble makes another one due. */
export function isRepairDue({ repository_at }: ApiChecks, now: string): boolean {
  return isDue(repository_at, hourlyMinutes, now);
}

/** True when a branch differs from the pull request's environment that it is the source of: its update was lost, or its end. */
export function isSourceAhead(
  environments: readonly Environment[],
  refs: ReadonlyMap<string, string>,
): boolean {
  return environments.some(
    (environment) =>
      environment.pull_request !== null &&
      environment.pull_request.fork === null &&
      !sameCommit(refs.get(sourceRef(environment)) ?? null, environment.head_commit),
  );
}

/** A fingerprint of the branches among references. */
export function fingerprintOfBranches(branches: ReadonlyMap<string, string>): string {
  return fingerprint([...branches].map(([name, commit]) => `${commit} ${name}`));
}

/** The account whose calls Bitbucket counts, as far as it can be told without the secret of the integration. */
export function accountNameOf(integration: Integration): string {
  return integration.type === 'bitbucket' ? integration.app_credentials.key : integration.url;
}

function isDue(at: string | null, minutes: number, now: string): boolean {
  return at === null || minutesBetween(at, now) >= minutes;
}

/** A number from 0 to 1 that depends on nothing but the id. */
function fractionOf(id: string): number {
  const [, sum = '0'] = fingerprint([id]).split('-');
  return Number.parseInt(sum, 16) / 2 ** 32;
}
