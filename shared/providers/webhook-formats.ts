import type { Integration } from '../domain/integrations/integration.ts';
import type { WebhookFormat } from '../ports/webhook-format.ts';
import { webhookFormat as bitbucketCloud } from './bitbucket-cloud/webhook.ts';
import { webhookFormat as bitbucketServer } from './bitbucket-server/webhook.ts';

/** Which format an integration's webhooks have: one line per provider. */
export const webhookFormats: Record<Integration['type'], WebhookFormat> = {
  bitbucket: bitbucketCloud,
  bitbucket_server: bitbucketServer,
};
