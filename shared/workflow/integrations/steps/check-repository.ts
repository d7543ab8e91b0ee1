import type { Integration } from '../../../domain/integrations/integration.ts';
import { BoughError, type ErrorCode, explain } from '../../../errors.ts';
import type { ConnectGitHost, GitHost } from '../../../ports/git-host.ts';

/** A repository's properties as Bitbucket returns them. */
export type FoundRepository = Awaited<ReturnType<GitHost['repository']>>;

/**
 * Reads the repository of an existing or drafted integration.
 * @throws BoughError `invalid` with the field to correct; other errors when no field is the cause
 */
export async function checkRepository(
  connect: ConnectGitHost,
  integration: Integration,
): Promise<FoundRepository> {
  try {
    const host = await connect(integration);
    return await host.repository();
  } catch (error) {
    const field = error instanceof BoughError ? fieldOf(error.code, integration) : null;
    throw field === null ? error : invalid(field, explain(error), error);
  }
}

/** The integration's field that causes an error of the Git host; null when no field does. */
export function fieldOf(code: ErrorCode, { type }: Pick<Integration, 'type'>): string | null {
  switch (code) {
    case 'git_host_credentials':
      return type === 'bitbucket' ? 'app_credentials' : 'token';
    case 'git_host_not_found':
    case 'git_host_forbidden':
      return 'repository';
    case 'git_host_unavailable':
    case 'address_refused':
      return type === 'bitbucket' ? null : 'url';
    default:
      return null;
  }
}

/** The error for one invalid field of an integration. */
export function invalid(field: string, message: string, cause?: unknown): BoughError {
  return new BoughError('invalid', 'The integration is invalid.', { fields: { [field]: message }, cause });
}
