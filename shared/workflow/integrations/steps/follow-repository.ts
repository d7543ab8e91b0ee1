import type { Integration } from '../../../domain/integrations/integration.ts';
import { BoughError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ConnectGitHost, GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  integrations: Pick<Integrations, 'get' | 'save'>;
  connect: ConnectGitHost;
  clock: Clock;
}

/** An integration whose repository was found, under the name that it has now. */
export interface FollowedRepository {
  integration: Integration;
  host: GitHost;
  /** Null in an empty repository. */
  default_branch: string | null;
}

/**
 * Finds the integration's repository, also after it was renamed or transferred: Bitbucket's id of it stays.
 * @param announced the name that Bitbucket told, if it is another than the known one
 * @throws BoughError `git_host_not_found` when the name leads to another repository by now
 */
export async function followRepository(
  ports: Ports,
  integration: Integration,
  announced: string | null,
  say: (line: string) => Promise<void>,
): Promise<FollowedRepository> {
  const { host, found } = await findRepository(ports, integration, announced);
  if (found.uuid !== integration.repository_uuid) throw isAnother(found.full_name);
  const { full_name, default_branch } = found;
  if (full_name === integration.repository) return { integration, host, default_branch };

  await say(`The repository ${integration.repository} is called ${full_name} now`);
  const renamed = await rename(ports, integration, full_name);
  return { integration: renamed, host: await ports.connect(renamed), default_branch };
}

async function findRepository({ connect }: Ports, integration: Integration, announced: string | null) {
  const find = async (candidate: Integration) => {
    const host = await connect(candidate);
    return { host, found: await host.repository() };
  };
  if (!announced) return find(integration);
  try {
    const known = await find(integration);
    // The old name may have been given to another repository.
    if (known.found.uuid === integration.repository_uuid) return known;
  } catch (error) {
    if (!(error instanceof BoughError) || error.code !== 'git_host_not_found') throw error;
  }
  return find({ ...integration, repository: announced });
}

async function rename(
  { integrations, clock }: Ports,
  { project, id }: Integration,
  repository: string,
): Promise<Integration> {
  return retryOnConflict(async () => {
    const latest = await integrations.get(project, id);
    if (!latest) throw new BoughError('not_found', `The integration ${id} has been removed.`);
    const renamed = { ...latest, repository, updated_at: clock.now(), version: latest.version + 1 };
    await integrations.save(renamed);
    return renamed;
  });
}

/**
 * Reads again which repository has the integration's name, before something is believed that cannot be undone.
 * @throws BoughError `git_host_not_found` when it is another by now
 */
export async function requireSame(host: GitHost, { repository_uuid }: Integration): Promise<void> {
  const { uuid, full_name } = await host.repository();
  if (uuid !== repository_uuid) throw isAnother(full_name);
}

/** One that was deleted and made anew under its old name is another: its emptiness says nothing about the first. */
export function isAnother(name: string): BoughError {
  return new BoughError(
    'git_host_not_found',
    `${name} is another repository than the one that was integrated.`,
    {
      remedy:
        'Remove the integration, and add it again with --adopt if this repository is meant and the environments are to go on with it.',
    },
  );
}
