import { type Environment, mirrorRef } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { MirrorBundle, MirrorState } from '../../../domain/mirror/mirror.ts';
import { tipsOf } from '../../../domain/mirror/mirror-chain.ts';
import { keptSince } from '../../../domain/mirror/superseded-bundles.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { ConnectGitHost } from '../../../ports/git-host.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { commitsOf } from './mirror-refs.ts';

interface Ports {
  environments: Pick<Environments, 'listOf'>;
  mirrors: Mirrors;
  connect: ConnectGitHost;
  clock: Clock;
}

/**
 * Replaces a mirror's chain with newly fetched bundles: a full bundle, and one for each fork whose commits the mirror
 * contains. The packs of a chain cannot be concatenated: a delta in a thin pack may refer to an object that a later
 * pack contains again (a change and its revert are enough), and git refuses such a pack.
 *
 * All objects are requested by the ids in the mirror, so the renewal is complete or changes nothing.
 * @param known the state with all heads
 * @returns false when a bundle was added that builds on the old chain; the sweep deletes the unused replacement
 */
export async function renewMirror(
  ports: Ports,
  integration: Integration,
  known: MirrorState,
): Promise<boolean> {
  const { environments, mirrors, connect, clock } = ports;
  const { own, forks } = partsOf(known, await environments.listOf(integration.project));
  const host = await connect(integration);
  const fetchFrom = async (fork: string | null, refs: Refs, haves: string[]) =>
    fetchPart(ports, integration.project, await host.source(fork), { refs, haves });
  const others: MirrorBundle[] = [];
  // Forks first: an inaccessible fork ends the renewal before the whole repository is fetched.
  for (const [fork, refs] of forks) others.push(await fetchFrom(fork, refs, commitsOf(own)));
  const full = await fetchFrom(null, own, []);
  return replaceChain(mirrors, integration.project, known, [full, ...others], clock.now());
}

type Refs = Map<string, string>;

/** The refs that the mirror needs, by the repository that has them. */
function partsOf(
  known: MirrorState,
  environments: readonly Environment[],
): { own: Refs; forks: Map<string, Refs> } {
  const own: Refs = new Map();
  const forks = new Map<string, Refs>();
  const forkOf = new Map(environments.map((each) => [mirrorRef(each), each.pull_request?.fork?.repository]));
  const add = (fork: string | undefined, ref: string, commit: string) => {
    if (fork === undefined) own.set(ref, commit);
    else forks.set(fork, (forks.get(fork) ?? new Map<string, string>()).set(ref, commit));
  };
  for (const [ref, commit] of known.heads) add(forkOf.get(ref), ref, commit);
  const heads = new Set(known.heads.values());
  // Keep deployed commits even after a force push: the teardown script is read from the deployed commit.
  for (const { deployment, pull_request } of environments) {
    if (!deployment || heads.has(deployment.commit)) continue;
    add(pull_request?.fork?.repository, `refs/bough/deployed/${deployment.commit}`, deployment.commit);
  }
  return { own, forks };
}

async function fetchPart(
  { mirrors, clock }: Ports,
  project: string,
  source: GitSource,
  request: { refs: Refs; haves: string[] },
): Promise<MirrorBundle> {
  const stream = await source.fetchBundle(request, () => undefined);
  const written = await mirrors.writeBundle(project, clock.activityId(), stream);
  return { ...written, created_at: clock.now(), ...tipsOf(request.refs) };
}

async function replaceChain(
  mirrors: Mirrors,
  project: string,
  known: MirrorState,
  bundles: MirrorBundle[],
  now: string,
): Promise<boolean> {
  let latest: MirrorState | null = known;
  return retryOnConflict(async () => {
    const state = latest ?? (await mirrors.read(project, []));
    latest = null;
    const added = addedSince(known, state);
    if (!added) return false;
    const superseded = [
      ...state.superseded.filter(({ at }) => at >= keptSince(now)),
      ...known.bundles.map(({ key }) => ({ key, at: now })),
    ];
    await mirrors.commit(project, state, {
      set: new Map(),
      drop: [],
      chain: {
        bundles: [...bundles, ...added],
        renewed: { version: known.version, bundles: bundles.length },
        superseded,
      },
      swept_at: now,
    });
    return true;
  });
}

/** The bundles appended to a chain since it was read; null when the chain was replaced or a bundle builds on it. */
function addedSince(known: MirrorState, state: MirrorState): MirrorBundle[] | null {
  const added = state.bundles.slice(known.bundles.length);
  const isSameChain = known.bundles.every(({ key }, index) => state.bundles[index]?.key === key);
  const isBuiltOnIt = added.every(({ on }) => on !== undefined && on >= known.version);
  return isSameChain && isBuiltOnIt ? added : null;
}
