import type { MirrorBundle, MirrorState } from '../../../domain/mirror/mirror.ts';
import { tipsOf } from '../../../domain/mirror/mirror-chain.ts';
import { knownCommits } from '../../../domain/mirror/mirror-update.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  mirrors: Mirrors;
  clock: Clock;
}

/** A change to the refs of a mirror. */
export interface MirrorChange {
  /** The refs to set: name in the mirror → object id. */
  set: ReadonlyMap<string, string>;
  /** The refs to remove. */
  drop?: readonly string[];
}

/** The attempts of one commit: as many pushes may commit at once. */
export const mostCommitAttempts = 40;

/**
 * Sets and removes refs of a project's mirror. Missing objects are fetched as one bundle and appended to the chain.
 * Safe for concurrent writers: the chain and its heads are committed against the version that was read, and a conflict
 * is retried.
 */
export async function mirrorRefs(
  ports: Ports,
  project: string,
  source: GitSource,
  change: MirrorChange,
  progress: (line: string) => void,
): Promise<MirrorState> {
  const { mirrors, clock } = ports;
  for (;;) {
    const known = await mirrors.read(project, refsOf(change));
    const has = knownCommits(known);
    const missing = new Map([...change.set].filter(([, commit]) => !has.has(commit)));
    const fetched =
      missing.size > 0 ? await fetchInto(ports, project, source, known, missing, progress) : null;
    const since = { ...known, swept_at: known.swept_at ?? clock.now() };
    const next = await commitChange(mirrors, project, since, change, fetched);
    // Otherwise a renewal removed the bundle's prerequisites: retry. The sweep deletes the orphan.
    if (next) return next;
  }
}

/**
 * Removes refs from a project's mirror. Their objects stay in the bundles until a renewal.
 * @param since the mirror's state when the refs' deletion was found: refs that changed after it are kept
 */
export async function dropRefs(
  { mirrors }: Pick<Ports, 'mirrors'>,
  project: string,
  drop: readonly string[],
  since?: MirrorState,
): Promise<MirrorState> {
  const latest = await mirrors.read(project, drop);
  const change = { set: new Map<string, string>(), drop };
  return (await commitChange(mirrors, project, since ?? latest, change, null, latest)) ?? latest;
}

interface Fetched {
  bundle: MirrorBundle;
  commits: ReadonlySet<string>;
}

/** @returns null when a renewal removed commits that the change builds on */
async function commitChange(
  mirrors: Mirrors,
  project: string,
  known: MirrorState,
  change: MirrorChange,
  fetched: Fetched | null,
  current: MirrorState = known,
): Promise<MirrorState | null> {
  let latest: MirrorState | null = current;
  return retryOnConflict(async () => {
    const state = latest ?? (await mirrors.read(project, refsOf(change)));
    latest = null;
    // A commit whose response was lost looks like a conflict.
    if (fetched && state.bundles.some(({ key }) => key === fetched.bundle.key)) return state;
    if (!hasPrerequisites(change, state, known, fetched)) return null;
    const { set, drop } = effectOf(change, state, known);
    // Commit a mirror that predates sweeps or tags even without a change: the commit records them.
    const isMeasured = state.version === 0 || (state.swept_at !== null && state.tags !== null);
    if (!fetched && isMeasured && set.size === 0 && drop.length === 0) return state;
    return mirrors.commit(project, state, { set, drop, bundle: fetched?.bundle, swept_at: known.swept_at });
  }, mostCommitAttempts);
}

/** The part of a change that the mirror does not have yet. */
function effectOf(
  { set, drop = [] }: MirrorChange,
  { heads }: MirrorState,
  known: MirrorState,
): Required<MirrorChange> {
  return {
    set: new Map([...set].filter(([ref, commit]) => heads.get(ref) !== commit)),
    // Keep refs that changed concurrently.
    drop: drop.filter((ref) => heads.has(ref) && heads.get(ref) === known.heads.get(ref)),
  };
}

function refsOf({ set, drop = [] }: MirrorChange): string[] {
  return [...set.keys(), ...drop];
}

/**
 * Whether the mirror still contains everything that the change needs. A renewed chain contains only the history of the
 * heads at its version and the bundles fetched after it. A bundle fetched against an older version may lack its
 * prerequisites, and a commit that is no longer a head has to be fetched again.
 */
function hasPrerequisites(
  { set }: MirrorChange,
  state: MirrorState,
  known: MirrorState,
  fetched: Fetched | null,
): boolean {
  if (fetched && known.version < state.renewed.version) return false;
  const has = knownCommits(state);
  return [...set.values()].every((commit) => has.has(commit) || fetched?.commits.has(commit));
}

async function fetchInto(
  { mirrors, clock }: Ports,
  project: string,
  source: GitSource,
  known: MirrorState,
  refs: ReadonlyMap<string, string>,
  progress: (line: string) => void,
): Promise<Fetched> {
  const stream = await source.fetchBundle({ refs, haves: orderedHaves(known, refs) }, progress);
  const written = await mirrors.writeBundle(project, clock.activityId(), stream);
  const bundle = { ...written, created_at: clock.now(), on: known.version, ...tipsOf(refs) };
  return { bundle, commits: new Set(refs.values()) };
}

/** The mirror's commits as `have` lines, likeliest first: the refs' previous commits, then the latest changes. */
function orderedHaves({ heads, recent }: MirrorState, refs: ReadonlyMap<string, string>): string[] {
  const before = new Map([...heads].filter(([ref]) => refs.has(ref)));
  return [...new Set([...commitsOf(before), ...commitsOf(recent).toReversed(), ...commitsOf(heads)])];
}

/** The commits that can be prerequisites of a bundle. Tags are left out: a tag need not point to a commit. */
export function commitsOf(heads: ReadonlyMap<string, string>): string[] {
  return [
    ...new Set([...heads].filter(([ref]) => !ref.startsWith('refs/tags/')).map(([, commit]) => commit)),
  ];
}
