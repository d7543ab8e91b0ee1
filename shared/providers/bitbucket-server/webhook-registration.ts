import type { WebhookState } from '../../domain/integrations/webhook.ts';
import { BoughError, type ErrorCode } from '../../errors.ts';
import type { Webhooks } from '../../ports/git-host.ts';
import { pathSegment } from '../rest/path-segment.ts';
import type { Api } from './api.ts';
import { Hook } from './api-schema.ts';
import { eventsMissingIn, supportedEvents, withoutUnknown } from './webhook-events.ts';

/** Manages Bough's webhook of the repository at `path`, which is identified by its exact URL. Other webhooks are never changed. */
export function repositoryWebhooks(api: Api, path: string, project: string): Webhooks {
  const listOurs = async (url: string) => {
    const hooks = await reading(() => api.list(`${path}/webhooks`, Hook));
    return hooks.filter((hook) => hook.url === url);
  };
  const pathOf = ({ id }: Hook) => `${path}/webhooks/${pathSegment(id)}`;
  const write = (method: 'POST' | 'PUT', to: string, body: object, events: readonly string[]) =>
    changing(() => withoutUnknown(events, (known) => api.send(method, to, { ...body, events: known })));

  return {
    async findWebhook(url) {
      const [ours] = await listOurs(url);
      return ours ? stateOf(api, ours) : null;
    },
    async ensureWebhook({ url, secret, rewrite = false }) {
      const [ours] = await listOurs(url);
      const body = { name: `Bough: ${project}`, url, active: true, configuration: { secret } };
      if (!ours) {
        await write('POST', `${path}/webhooks`, body, await supportedEvents(api));
        return 'created';
      }
      const { active, missing_events } = await stateOf(api, ours);
      const isHealthy = active && missing_events.length === 0 && hasSecret(ours, secret);
      if (isHealthy && !rewrite) return 'unchanged';
      const { events, sslVerificationRequired } = ours;
      const preserved = typeof sslVerificationRequired === 'boolean' ? { sslVerificationRequired } : {};
      await write('PUT', pathOf(ours), { ...body, ...preserved }, [...events, ...missing_events]);
      return 'repaired';
    },
    async removeWebhook(url) {
      const ours = await listOurs(url);
      for (const hook of ours) await changing(() => api.send('DELETE', pathOf(hook)));
      return ours.length > 0;
    },
  };
}

async function stateOf(api: Api, { active, events, configuration }: Hook): Promise<WebhookState> {
  return {
    active,
    missing_events: await eventsMissingIn(api, events),
    has_secret: configuration ? !!configuration.secret : null,
  };
}

/** True for the expected secret, and for a server that does not return a webhook's configuration. */
function hasSecret({ configuration }: Hook, secret: string): boolean {
  return !configuration || configuration.secret === secret;
}

const reading = asAdmin(['git_host_forbidden']);
/** A token that could read is valid, so a 401 for a write also means a missing permission. */
const changing = asAdmin(['git_host_forbidden', 'git_host_credentials']);

/** Runs an operation that needs the permission repository admin, and names that permission in the error. */
function asAdmin(codes: readonly ErrorCode[]) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof BoughError) || !codes.includes(cause.code)) throw cause;
      throw new BoughError('git_host_forbidden', cause.message, {
        cause,
        remedy: 'Give the access token the permission repository admin, or add the webhook by hand.',
      });
    }
  };
}
