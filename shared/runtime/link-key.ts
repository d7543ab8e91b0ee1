import { createHmac } from 'node:crypto';
import type { Integration } from '../domain/integrations/integration.ts';
import type { Integrations } from '../ports/integrations.ts';
import type { Secrets } from '../ports/secrets.ts';
import { isSameSecret } from './same-secret.ts';

/** The key that signs an integration's links; null for an integration from before such links. */
export async function linkKeyOf(secrets: Secrets, integration: Integration): Promise<string | null> {
  const { sealed_log_key } = integration;
  return sealed_log_key === null ? null : secrets.open('log', integration, sealed_log_key);
}

/** The signature of a link: HMAC-SHA256 of its parts in base64url. Parts contain no spaces, so none can imitate two. */
export function signLink(key: string, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(parts.join(' ')).digest('base64url');
}

/** The integration of the project whose key made this signature of the parts; null when there is none. */
export async function signerOf(
  { integrations, secrets }: { integrations: Pick<Integrations, 'listOf'>; secrets: Secrets },
  project: string,
  signature: string,
  ...parts: readonly string[]
): Promise<Integration | null> {
  // A malformed signature needs no read of the table.
  if (!/^[\w-]{43}$/.test(signature)) return null;
  for (const integration of await integrations.listOf(project)) {
    const key = await linkKeyOf(secrets, integration);
    if (key !== null && isSameSecret(signature, signLink(key, ...parts))) return integration;
  }
  return null;
}
