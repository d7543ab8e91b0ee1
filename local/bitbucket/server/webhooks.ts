import * as z from 'zod';
import type { Answer } from '../http/router.ts';
import type { Repository, ServerHook } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { ping } from './deliveries.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { knownEvents } from './event-types.ts';
import { pageOf } from './paging.ts';
import { findRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

const HookFields = z.looseObject({
  name: z.string().min(1, 'A name is required.').max(255),
  url: z.string().refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'The URL is invalid.'),
  active: z.boolean().default(true),
  events: z.array(z.string()).min(1, 'At least one event is required.'),
  configuration: z.looseObject({ secret: z.string().optional() }).default({}),
  sslVerificationRequired: z.boolean().default(true),
});

/** With its secret: whoever may see webhooks may see that as well. */
function hookResource(hook: ServerHook) {
  return {
    id: hook.id,
    name: hook.name,
    createdDate: Date.parse(hook.createdOn),
    updatedDate: Date.parse(hook.updatedOn),
    events: hook.events,
    configuration: hook.secret === null ? {} : { secret: hook.secret },
    url: hook.url,
    active: hook.active,
    scopeType: 'repository',
    sslVerificationRequired: hook.sslVerificationRequired,
  };
}

/** A single key that the server does not know fails the whole request. */
function parseHook({ bitbucket, body }: Call): Omit<ServerHook, 'id' | 'createdOn'> {
  const fields = parseFields(HookFields, body);
  const known = knownEvents(bitbucket.serverVersion);
  const unknown = fields.events.find((event) => !known.includes(event));
  if (unknown !== undefined) throw invalidArgument('events', `The event ${unknown} is unknown.`);
  return {
    name: fields.name,
    url: fields.url,
    active: fields.active,
    events: [...new Set(fields.events)],
    secret: fields.configuration.secret || null,
    sslVerificationRequired: fields.sslVerificationRequired,
    updatedOn: bitbucket.now().toISOString(),
  };
}

/** Those for an event, where the query names one. */
function listHooks(call: Call): Answer {
  const event = call.url.searchParams.get('event');
  const hooks = findRepository(call).serverHooks.filter(
    ({ events }) => event === null || events.includes(event),
  );
  return { status: 200, body: pageOf(call.url, hooks.map(hookResource)) };
}

function postHook(call: Call): Answer {
  const { bitbucket } = call;
  const repository = findRepository(call);
  const fields = parseHook(call);
  const hook = { id: bitbucket.store.number('webhook', newUuid()), ...fields, createdOn: fields.updatedOn };
  repository.serverHooks.push(hook);
  bitbucket.store.save(repository);
  return { status: 200, body: hookResource(hook) };
}

function findHook(call: Call): { repository: Repository; hook: ServerHook } {
  const repository = findRepository(call);
  const id = call.params['id'] ?? '';
  const hook = repository.serverHooks.find((each) => String(each.id) === id);
  if (hook !== undefined) return { repository, hook };
  throw new ServerError(404, 'webhook.NoSuchWebhookException', `Webhook ${id} does not exist.`);
}

/** Replaces all of it: a secret that is not sent again is gone. */
function putHook(call: Call): Answer {
  const { repository, hook } = findHook(call);
  Object.assign(hook, parseHook(call));
  call.bitbucket.store.save(repository);
  return { status: 200, body: hookResource(hook) };
}

function deleteHook(call: Call): Answer {
  const { repository, hook } = findHook(call);
  repository.serverHooks = repository.serverHooks.filter((each) => each !== hook);
  call.bitbucket.store.save(repository);
  return { status: 204 };
}

/** Pings the webhook that `webhookId` names, or any `url`, and answers with what came back. */
async function testHook(call: Call): Promise<Answer> {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const id = url.searchParams.get('webhookId');
  const known = repository.serverHooks.find((each) => String(each.id) === id);
  const target = url.searchParams.get('url') ?? known?.url;
  if (target === undefined || !URL.canParse(target)) throw invalidArgument('url', 'The URL is invalid.');
  const hook = { id: String(known?.id ?? ''), url: target, description: known?.name ?? 'Test' };
  const { attempts, body } = await ping(bitbucket, repository, hook);
  const [made] = attempts;
  return {
    status: 200,
    body: {
      request: { url: target, method: 'POST', body },
      ...(made?.status === null
        ? { errorMessage: made.error }
        : { response: { statusCode: made?.status, body: made?.responseBody } }),
    },
  };
}

/** The newest call of a webhook, as its administrator sees it; 204 when there was none. */
function getLatest(call: Call): Answer {
  const { bitbucket } = call;
  const { repository, hook } = findHook(call);
  const event = call.url.searchParams.get('event');
  const latest = bitbucket.history
    .list()
    .findLast(
      (each) =>
        each.face === 'server' &&
        each.hook.id === String(hook.id) &&
        each.attempts.length > 0 &&
        (event === null || each.event === event),
    );
  const made = latest?.attempts.at(-1);
  if (latest === undefined || made === undefined) return { status: 204 };
  const start = Date.parse(latest.createdOn);
  return {
    status: 200,
    body: {
      id: hook.id,
      event: latest.event,
      eventScope: { id: String(bitbucket.store.number('repository', repository.uuid)), type: 'repository' },
      duration: made.durationMs,
      start,
      finish: start + made.durationMs,
      request: { method: 'POST', url: hook.url, body: latest.body },
      result: {
        description: made.error ?? String(made.status),
        outcome: outcomeOf(latest.outcome, made.status),
        ...(made.status === null ? {} : { statusCode: made.status, body: made.responseBody }),
      },
    },
  };
}

/** Server tells apart an answer that refuses from none at all. */
function outcomeOf(outcome: string, status: number | null): 'SUCCESS' | 'FAILURE' | 'ERROR' {
  if (outcome === 'delivered') return 'SUCCESS';
  return status === null ? 'ERROR' : 'FAILURE';
}

const HOOKS = `${REPOSITORY}/webhooks`;
const HOOK = `${HOOKS}/{id}`;

export const webhookRoutes: readonly Route[] = [
  { method: 'GET', path: HOOKS, needs: 'admin', handle: listHooks },
  { method: 'POST', path: HOOKS, needs: 'admin', handle: postHook },
  { method: 'POST', path: `${HOOKS}/test`, needs: 'admin', handle: testHook },
  {
    method: 'GET',
    path: HOOK,
    needs: 'admin',
    handle: (call) => ({ status: 200, body: hookResource(findHook(call).hook) }),
  },
  { method: 'PUT', path: HOOK, needs: 'admin', handle: putHook },
  { method: 'DELETE', path: HOOK, needs: 'admin', handle: deleteHook },
  { method: 'GET', path: `${HOOK}/latest`, needs: 'admin', handle: getLatest },
];
