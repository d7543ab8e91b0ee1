import type { Clock, GitSource, MirrorState, Mirrors } from '../ports.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

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
  { mirrors, clock }: Ports,
  project: string,
  source: GitSource,
  change: MirrorChange,
  progress: (line: string) => void,
): Promise<MirrorState> {
  const known = await mirrors.read(project);
  const has = new Set(known.heads.values());
  const missing = new Map([...change.set].filter(([, commit]) => !has.has(commit)));
  const bundle =
    missing.size > 0 ? await fetchInto(mirrors, project, source, known, missing, clock, progress) : null;

  return commitChange(mirrors, project, known, change, bundle);
}

/** Takes references out of a project's mirror. Their history stays in its bundles. */
export async function forgetRefs(
  { mirrors }: Pick<Ports, 'mirrors'>,
  project: string,
  drop: readonly string[],
): Promise<MirrorState> {
  return commitChange(mirrors, project, await mirrors.read(project), { set: new Map(), drop }, null);
}

async function commitChange(
  mirrors: Mirrors,
  project: string,
  known: MirrorState,
  change: MirrorChange,
  bundle: MirrorState['bundles'][number] | null,
): Promise<MirrorState> {
  let latest: MirrorState | null = known;
  return retryOnConflict(async () => {
    const state = latest ?? (await mirrors.read(project));
    latest = null;
    const heads = new Map([...state.heads, ...change.set]);
    for (const ref of change.drop ?? []) {
      // Whoever has set it in the meantime knows that it exists.
      if (state.heads.get(ref) === known.heads.get(ref)) heads.delete(ref);
    }
    const isSame =
      heads.size === state.heads.size && [...heads].every(([ref, commit]) => state.heads.get(ref) === commit);
    if (isSame && !bundle) return state;
    const next = {
      heads,
      bundles: bundle ? [...state.bundles, bundle] : state.bundles,
      version: state.version + 1,
    };
    await mirrors.commit(project, next);
    return next;
  });
}

async function fetchInto(
  mirrors: Mirrors,
  project: string,
  source: GitSource,
  known: MirrorState,
  refs: ReadonlyMap<string, string>,
  clock: Clock,
  progress: (line: string) => void,
): Promise<MirrorState['bundles'][number]> {
  const haves = [...known.heads].filter(([ref]) => !ref.startsWith('refs/tags/')).map(([, commit]) => commit);
  const stream = await source.fetchBundle({ refs, haves: [...new Set(haves)] }, progress);
  const written = await mirrors.writeBundle(project, clock.activityId(), stream);
  return { ...written, created_at: clock.now() };
}
