import { isTag, tagsOf } from '../../domain/mirror/tags.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Mirrors } from '../../ports/mirrors.ts';
import { requireSameRepository } from '../integrations/steps/follow-repository.ts';
import { mirrorRefs } from './steps/mirror-refs.ts';
import { isTrustworthy, listedPrefixes } from './steps/tags.ts';

interface Ports {
  integrations: Pick<Integrations, 'get'>;
  mirrors: Mirrors;
  connect: ConnectGitHost;
  clock: Clock;
  log: Log;
}

/** Updates the mirror's tags to the repository's in one commit. */
export async function mirrorTags(ports: Ports, project: string, id: string): Promise<void> {
  const integration = await ports.integrations.get(project, id);
  if (!integration?.fetch_branches) return;
  const host = await ports.connect(integration);
  const source = await host.source();
  const listing = await source.listRefs(listedPrefixes);
  if (!isTrustworthy(listing)) return;
  await requireSameRepository(host, integration);
  const set = tagsOf(listing.refs);
  const before = await ports.mirrors.read(project, 'all');
  const drop = [...before.heads.keys()].filter((ref) => isTag(ref) && !set.has(ref));
  const state = await mirrorRefs(ports, project, source, { set, drop }, () => undefined);
  const moved = [...set].filter(([ref, object]) => before.heads.get(ref) !== object).length;
  ports.log.info('tags mirrored', {
    project,
    integration: id,
    moved,
    removed: drop.length,
    version: state.version,
  });
}
