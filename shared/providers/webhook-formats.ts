import type { Integration } from '../domain/integrations/integration.ts';
import type { WebhookFormat } from '../ports/webhook-format.ts';
import { webhookFormat as bitbucketCloud } from './bitbucket-cloud/webhook-format.ts';
import { webhookFormat as bitbucketServer } from './bitbucket-server/webhook-format.ts';

/** The webhook format of each provider, by the type of the integration. */
export const webhookFormats: Record<Integration['type'], WebhookFormat> = {
  bitbucket: bitbucketCloud,
  bitbucket_server: bitbucketServer,
};
