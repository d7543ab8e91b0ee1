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

/** An integration with the current name of its repository, and a connection to that repository. */
export interface FollowedRepository {
  integration: Integration;
  host: GitHost;
  /** Null in an empty repository. */
  default_branch: string | null;
}

/**
 * Finds the integration's repository, even after a rename or transfer, and stores the new name. The repository is
 * identified by Bitbucket's id, which never changes.
 * @param announced the repository's name in a delivery, when it differs from the stored name
 * @throws BoughError `git_host_not_found` when the name belongs to another repository
 */
export async function followRepository(
  ports: Ports,
  integration: Integration,
  announced: string | null,
  say: (line: string) => void,
): Promise<FollowedRepository> {
  const { host, found } = await findRepository(ports, integration, announced);
  if (found.uuid !== integration.repository_uuid) throw otherRepository(found.full_name);
  const { full_name, default_branch } = found;
  if (full_name === integration.repository) return { integration, host, default_branch };

  say(`The repository ${integration.repository} was renamed to ${full_name}`);
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
    // The old name may belong to another repository now.
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
 * Verifies that the integration's name still belongs to the same repository. Required before destructive decisions.
 * @throws BoughError `git_host_not_found` when the name belongs to another repository
 */
export async function requireSameRepository(host: GitHost, { repository_uuid }: Integration): Promise<void> {
  const { uuid, full_name } = await host.repository();
  if (uuid !== repository_uuid) throw otherRepository(full_name);
}

/**
 * The error for a name that belongs to another repository. A repository that was deleted and recreated under the same
 * name is another one: missing branches there do not mean deleted branches.
 */
export function otherRepository(name: string): BoughError {
  return new BoughError(
    'git_host_not_found',
    `${name} is not the repository that was integrated, but another one with the same name.`,
    {
      remedy:
        'Remove the integration. To keep the environments with this repository, add the integration again with --adopt.',
    },
  );
}
