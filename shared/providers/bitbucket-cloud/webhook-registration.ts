import type { Webhooks } from '../../ports/git-host.ts';
import { pathSegment } from '../rest/path-segment.ts';
import type { Api } from './api.ts';
import { Hook } from './schema.ts';
import { subscribedEvents } from './webhook-format.ts';

/** Manages Bough's webhook of the repository at `path`, which is identified by its exact URL. Other webhooks are never changed. */
export function repositoryWebhooks(api: Api, path: string, project: string): Webhooks {
  const listOurs = async (url: string) => {
    const hooks = await api.list(`${path}/hooks?pagelen=100`, Hook);
    return hooks.filter((hook) => hook.url === url);
  };
  const pathOf = ({ uuid }: Hook) => `${path}/hooks/${pathSegment(uuid)}`;

  return {
    async findWebhook(url) {
      const [ours] = await listOurs(url);
      return ours ? stateOf(ours) : null;
    },
    async ensureWebhook({ url, secret, rewrite = false }) {
      const body = { description: `Bough: ${project}`, url, active: true, events: [...subscribedEvents] };
      const [ours] = await listOurs(url);
      if (!ours) {
        await api.send('POST', `${path}/hooks`, { ...body, secret });
        return 'created';
      }
      const { active, missing_events, has_secret } = stateOf(ours);
      const isHealthy = active && missing_events.length === 0 && has_secret !== false;
      if (isHealthy && !rewrite) return 'unchanged';
      const events = [...new Set([...ours.events, ...subscribedEvents])];
      await api.send('PUT', pathOf(ours), { ...body, events, secret });
      return 'repaired';
    },
    async removeWebhook(url) {
      const ours = await listOurs(url);
      for (const hook of ours) await api.send('DELETE', pathOf(hook));
      return ours.length > 0;
    },
  };
}

function stateOf({ active, events, secret_set }: Hook) {
  return {
    active,
    missing_events: subscribedEvents.filter((event) => !events.includes(event)),
    has_secret: secret_set ?? null,
  };
}
