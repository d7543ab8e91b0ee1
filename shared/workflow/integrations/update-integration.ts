import {
  type Access,
  coerceOptions,
  fetchesMore,
  type Integration,
  type IntegrationOptions,
} from '../../domain/integrations/integration.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { commitQueue, enqueueAll, fetchRequest, hookRequest } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { baseUrl, mergeOptions, type OptionInput, repositoryPath } from './integration-input.ts';
import { checkRepository, invalid } from './steps/check-repository.ts';
import { type RelinkPorts, relinkStatuses } from './steps/relink-statuses.ts';

/** The ports of `updateIntegration`. */
export interface UpdateIntegrationPorts extends RelinkPorts {
  integrations: Integrations;
  secrets: Secrets;
  connect: ConnectGitHost;
  clock: Clock;
  /** The URL that git fetches from. */
  repositoryUrl(integration: Integration): string;
}

/** A user's changes to an integration. The type cannot change, and the repository only its name. */
export type IntegrationChanges = OptionInput & {
  repository?: string | undefined;
  app_credentials?: { key: string; secret: string } | undefined;
  url?: string | undefined;
  username?: string | undefined;
  token?: string | undefined;
};

/**
 * Changes an integration. Options that include more branches or pull requests start a fetch; options that include fewer
 * delete nothing. New credentials and names are verified first.
 * @throws BoughError `not_found`; `invalid` when Bitbucket refuses the credentials or the name, and nothing changes
 */
export async function updateIntegration(
  ports: UpdateIntegrationPorts,
  project: string,
  id: string,
  changes: IntegrationChanges,
): Promise<Integration> {
  return retryOnConflict(async () => {
    const before = await ports.integrations.get(project, id);
    if (!before) throw new BoughError('not_found', `There is no integration ${id} in project ${project}.`);
    const reconnected = await reconnect(ports, before, changes);
    const options = coerceOptions(mergeOptions(before, changes));
    const after = { ...reconnected, ...options };
    if (reconnected === before && isSame(options, before)) return before;

    const because = 'the integration was changed';
    const requests = [
      ...(reconnected === before ? [] : [hookRequest(after, because)]),
      ...(fetchesMore(options, before) ? [fetchRequest(after, because)] : []),
    ];
    const queue = enqueueAll(before.activities, requests, ports.clock);
    const stored = await commitQueue(ports, before, queue, after);
    if (stored.public_pages !== before.public_pages) await relinkStatuses(ports, stored);
    return stored;
  });
}

function isSame(options: IntegrationOptions, before: IntegrationOptions): boolean {
  return JSON.stringify(options) === JSON.stringify(mergeOptions(before, {}));
}

/** The integration with verified new credentials, address or name; the same object when none of them changes. */
async function reconnect(
  { secrets, connect, repositoryUrl }: UpdateIntegrationPorts,
  before: Integration,
  changes: IntegrationChanges,
): Promise<Integration> {
  const secret = changes.app_credentials?.secret ?? changes.token;
  const access = changedAccess(before, changes);
  const repository =
    changes.repository === undefined
      ? before.repository
      : repositoryPath(changes.repository, repositoryUrl({ ...before, ...access }));
  const isElsewhere = JSON.stringify(access) !== JSON.stringify(accessIn(before));
  const isSameAccess = secret === undefined && !isElsewhere;
  if (isSameAccess && repository === before.repository) return before;

  if (secret === undefined && addressOf(access) !== addressOf(before)) {
    // A new address requires the token again. Otherwise a user could send the stored token to their own server.
    throw invalid('token', 'Required with another url');
  }
  const sealed_credentials =
    secret === undefined ? before.sealed_credentials : await secrets.seal('credentials', before, secret);
  const draft: Integration = { ...before, ...access, repository, sealed_credentials };
  const found = await checkRepository(connect, draft);
  if (found.uuid !== before.repository_uuid) {
    throw invalid(
      'repository',
      `${found.full_name} is another repository: remove this integration and add one for it`,
    );
  }
  if (isSameAccess && found.full_name === before.repository) return before;
  return { ...draft, repository: found.full_name };
}

function addressOf(access: Access): string | null {
  return access.type === 'bitbucket_server' ? access.url : null;
}

function accessIn(integration: Integration): Access {
  return integration.type === 'bitbucket'
    ? { type: integration.type, app_credentials: integration.app_credentials }
    : { type: integration.type, url: integration.url, username: integration.username };
}

function changedAccess(before: Integration, changes: IntegrationChanges): Access {
  const access = accessIn(before);
  if (access.type === 'bitbucket') {
    const key = changes.app_credentials?.key ?? access.app_credentials.key;
    return { ...access, app_credentials: { key } };
  }
  return {
    ...access,
    url: changes.url === undefined ? access.url : baseUrl(changes.url),
    username: changes.username ?? access.username,
  };
}
