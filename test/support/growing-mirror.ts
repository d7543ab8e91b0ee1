import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { Mirrors } from '../../shared/ports/mirrors.ts';
import { compactMirror } from '../../shared/workflow/mirror/compact-mirror.ts';
import { mirrorRefs } from '../../shared/workflow/mirror/steps/mirror-refs.ts';
import { renewMirror } from '../../shared/workflow/mirror/steps/renew-mirror.ts';
import { anIntegration, commit, integrationId, projectId } from './builders.ts';
import { aClock, aGitHost, aLog, aRepository } from './doubles.ts';
import { aMirror } from './memory-mirror.ts';
import { memoryStores } from './memory-stores.ts';

const main = 'refs/heads/main';

/** A mirror of a repository. `grow` mirrors a number of pushes to main and returns the name of the last commit. */
export async function aGrowingMirror(...environments: Environment[]) {
  const mirror = aMirror();
  const bitbucket = aGitHost(aRepository());
  const clock = aClock();
  const { log, lines } = aLog();
  const stores = memoryStores();
  const integration = anIntegration();
  await stores.integrations.save(integration);
  for (const environment of environments) await stores.environments.save(environment);
  const portsWith = (mirrors: Mirrors) => ({
    ...stores,
    mirrors,
    clock,
    log,
    connect: async () => bitbucket.host,
  });
  const bring = (set: Record<string, string>, mirrors = mirror.mirrors) => {
    const named = new Map(Object.entries(set).map(([ref, name]) => [ref, commit(name)]));
    return mirrorRefs({ mirrors, clock }, projectId, bitbucket.source, { set: named }, () => undefined);
  };
  const renew = async (mirrors = mirror.mirrors) =>
    renewMirror(portsWith(mirrors), integration, await mirrors.read(projectId, 'all'));
  const grow = async (count: number) => {
    for (let push = 0; push < count; push += 1) await bring({ [main]: `push-${push}` });
    return `push-${count - 1}`;
  };
  const compact = (mirrors = mirror.mirrors) => compactMirror(portsWith(mirrors), projectId, integrationId);
  return { mirror, bitbucket, clock, lines, stores, bring, renew, grow, compact };
}
