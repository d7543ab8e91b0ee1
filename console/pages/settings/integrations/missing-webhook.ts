import type { Activity } from '../../../../shared/api/activity.ts';
import type { Integration } from '../../../../shared/api/integration.ts';

/** The registration of a webhook. */
export type Registration = Pick<Activity, 'id' | 'result' | 'completed_at' | 'payload'>;

/**
 * The registration that left an integration without a webhook; null when there is none. A delivery since then proves that the
 * repository has the webhook.
 * @param registrations the latest registrations of the webhook, newest first
 */
export function missingWebhook(
  { last_delivery_at }: Pick<Integration, 'last_delivery_at'>,
  registrations: readonly Registration[],
): Registration | null {
  const [latest] = registrations;
  if (latest?.result !== 'failure' || latest.completed_at === null) return null;
  const isDelivered =
    last_delivery_at !== null && Date.parse(last_delivery_at) >= Date.parse(latest.completed_at);
  return isDelivered ? null : latest;
}
