import type { MirrorBundle, MirrorState } from '../../../domain/mirror/mirror.ts';
import { tipsOf } from '../../../domain/mirror/mirror-chain.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  mirrors: Mirrors;
  clock: Clock;
}

export interface MirrorChange {
  /** Where the mirror shall keep what: its reference → commit. */
  set: ReadonlyMap<string, string>;
  /** References that it shall no longer have. */
  drop?: readonly string[];
}

/**
 * Brings references into a project's mirror: what it lacks is fetched as one bundle behind those it has.
 * Two at once lose nothing: the chain and its heads are committed on the version that was read, or again.
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
    const known = await mirrors.read(project);
    const has = new Set(known.heads.values());
    const missing = new Map([...change.set].filter(([, commit]) => !has.has(commit)));
    const fetched =
      missing.size > 0 ? await fetchInto(ports, project, source, known, missing, progress) : null;
    const since = { ...known, swept_at: known.swept_at ?? clock.now() };
    const next = await commitChange(mirrors, project, since, change, fetched);
    // Else what it was to be built on has gone with a renewal: the sweep removes the bundle.
    if (next) return next;
  }
}

/**
 * Takes references out of a project's mirror. Their history stays in its bundles until a renewal.
 * @param since the mirror as it was when they were found to be gone: what was set since then stays
 */
export async function forgetRefs(
  { mirrors }: Pick<Ports, 'mirrors'>,
  project: string,
  drop: readonly string[],
  since?: MirrorState,
): Promise<MirrorState> {
  const latest = await mirrors.read(project);
  const change = { set: new Map<string, string>(), drop };
  return (await commitChange(mirrors, project, since ?? latest, change, null, latest)) ?? latest;
}

interface Fetched {
  bundle: MirrorBundle;
  commits: ReadonlySet<string>;
}

/** Null when the mirror has been renewed, or is just being renewed, without what the change builds on. */
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
    const state = latest ?? (await mirrors.read(project));
    latest = null;
    if (!hasGroundOf(change, state, known, fetched)) return null;
    const heads = changedHeads(change, state, known);
    // A mirror from before sweeps is committed once more, which measures it.
    const isMeasured = state.version === 0 || state.swept_at !== null;
    if (!fetched && isMeasured && isSame(heads, state.heads)) return state;
    const next = {
      ...state,
      heads,
      bundles: fetched ? [...state.bundles, fetched.bundle] : state.bundles,
      version: state.version + 1,
      swept_at: state.swept_at ?? known.swept_at,
    };
    await mirrors.commit(project, next);
    return next;
  });
}

function changedHeads({ set, drop }: MirrorChange, state: MirrorState, known: MirrorState): Heads {
  // What changes goes to the end: the next push is likely to build on it.
  const same = [...state.heads].filter(([ref, commit]) => (set.get(ref) ?? commit) === commit);
  const heads = new Map([...same, ...set]);
  for (const ref of drop ?? []) {
    // Whoever has set it in the meantime knows that it exists.
    if (state.heads.get(ref) === known.heads.get(ref)) heads.delete(ref);
  }
  return heads;
}

type Heads = MirrorState['heads'];

function isSame(one: Heads, other: Heads): boolean {
  return one.size === other.size && [...one].every(([ref, commit]) => other.get(ref) === commit);
}

/**
 * A renewal has the history of what were heads at its version, and what is fetched behind that. So nothing may build
 * on what was one only before, and nothing become one again without being fetched.
 */
function hasGroundOf(
  { set }: MirrorChange,
  state: MirrorState,
  known: MirrorState,
  fetched: Fetched | null,
): boolean {
  if (fetched && known.version < state.renewed.version) return false;
  const has = new Set(state.heads.values());
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
  const stream = await source.fetchBundle({ refs, haves: likeliestFirst(known.heads, refs) }, progress);
  const written = await mirrors.writeBundle(project, clock.activityId(), stream);
  const bundle = { ...written, created_at: clock.now(), on: known.version, ...tipsOf(refs) };
  return { bundle, commits: new Set(refs.values()) };
}

/** What the mirror has: first where the references were, then what has changed last. */
function likeliestFirst(heads: Heads, refs: ReadonlyMap<string, string>): string[] {
  const before = new Map([...heads].filter(([ref]) => refs.has(ref)));
  return [...new Set([...commitsOf(before), ...commitsOf(heads).toReversed()])];
}

/** What can be a bundle's prerequisite: a tag may be no commit. */
export function commitsOf(heads: ReadonlyMap<string, string>): string[] {
  return [
    ...new Set([...heads].filter(([ref]) => !ref.startsWith('refs/tags/')).map(([, commit]) => commit)),
  ];
}
