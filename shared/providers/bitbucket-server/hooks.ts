import type { WebhookState } from '../../domain/integrations/webhook.ts';
import { BoughError, type ErrorCode } from '../../errors.ts';
import type { Webhooks } from '../../ports/git-host.ts';
import { pathSegment } from '../path-segment.ts';
import { Hook } from './answers.ts';
import type { Api } from './api.ts';
import { eventsMissingIn, knownEvents, withoutUnknown } from './hook-events.ts';

/** The webhooks of the repository at `path`. Ours is the one with exactly our URL; others are never touched. */
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
        await write('POST', `${path}/webhooks`, body, await knownEvents(api));
        return 'created';
      }
      const { active, missing_events } = await stateOf(api, ours);
      const isWell = active && missing_events.length === 0 && isSigned(ours, secret);
      if (isWell && !rewrite) return 'unchanged';
      const { events, sslVerificationRequired } = ours;
      const kept = typeof sslVerificationRequired === 'boolean' ? { sslVerificationRequired } : {};
      await write('PUT', pathOf(ours), { ...body, ...kept }, [...events, ...missing_events]);
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

/** A server that says nothing of how a webhook is configured is believed to have it as we said. */
function isSigned({ configuration }: Hook, secret: string): boolean {
  return !configuration || configuration.secret === secret;
}

const reading = asAdmin(['git_host_forbidden']);
/** The token was good enough for reading: what is wrong with it now is what it may do. */
const changing = asAdmin(['git_host_forbidden', 'git_host_credentials']);

/** Does what only administrators of the repository may do. */
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
