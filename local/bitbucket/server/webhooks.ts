import * as z from 'zod';
import type { ApiResponse } from '../http/router.ts';
import { isHttpUrl } from '../resources.ts';
import type { Repository, ServerHook } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { listResponse } from './collections.ts';
import { ping } from './deliveries.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { supportedEvents } from './event-types.ts';
import { findRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

const HookFields = z.looseObject({
  name: z.string().min(1, 'A name is required.').max(255),
  url: z.string().refine(isHttpUrl, 'The URL is invalid.'),
  active: z.boolean().default(true),
  events: z.array(z.string()).min(1, 'At least one event is required.'),
  configuration: z.looseObject({ secret: z.string().optional() }).default({}),
  sslVerificationRequired: z.boolean().default(true),
});

/** Server includes the secret, unlike Cloud. */
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

/** One unknown event fails the whole request. */
function parseHook({ bitbucket, body }: Call): Omit<ServerHook, 'id' | 'createdOn'> {
  const fields = parseFields(HookFields, body);
  const known = supportedEvents(bitbucket.serverVersion);
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

/** The parameter `event` selects the webhooks that subscribe to it. */
function listHooks(call: Call): ApiResponse {
  const event = call.url.searchParams.get('event');
  const hooks = findRepository(call).serverHooks.filter(
    ({ events }) => event === null || events.includes(event),
  );
  return listResponse(call.url, hooks.map(hookResource));
}

function postHook(call: Call): ApiResponse {
  const { bitbucket } = call;
  const repository = findRepository(call);
  const fields = parseHook(call);
  const hook = { id: bitbucket.store.numberOf('webhook', newUuid()), ...fields, createdOn: fields.updatedOn };
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

/** Replaces the whole webhook: a secret that the request omits is removed. */
function putHook(call: Call): ApiResponse {
  const { repository, hook } = findHook(call);
  Object.assign(hook, parseHook(call));
  call.bitbucket.store.save(repository);
  return { status: 200, body: hookResource(hook) };
}

function deleteHook(call: Call): ApiResponse {
  const { repository, hook } = findHook(call);
  repository.serverHooks = repository.serverHooks.filter((each) => each !== hook);
  call.bitbucket.store.save(repository);
  return { status: 204 };
}

/** Pings the webhook `webhookId` or any `url`, and returns the receiver's response. */
async function testHook(call: Call): Promise<ApiResponse> {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const id = url.searchParams.get('webhookId');
  const existing = repository.serverHooks.find((each) => String(each.id) === id);
  const target = url.searchParams.get('url') ?? existing?.url;
  if (target === undefined || !URL.canParse(target)) throw invalidArgument('url', 'The URL is invalid.');
  const hook = { id: String(existing?.id ?? ''), url: target, description: existing?.name ?? 'Test' };
  const { attempts, body } = await ping(bitbucket, repository, hook);
  const [attempt] = attempts;
  return {
    status: 200,
    body: {
      request: { url: target, method: 'POST', body },
      ...(attempt?.status === null
        ? { errorMessage: attempt.error }
        : { response: { statusCode: attempt?.status, body: attempt?.responseBody } }),
    },
  };
}

/** The newest delivery of a webhook; 204 without one. */
function getLatest(call: Call): ApiResponse {
  const { bitbucket } = call;
  const { repository, hook } = findHook(call);
  const event = call.url.searchParams.get('event');
  const latest = bitbucket.history
    .list()
    .findLast(
      (each) =>
        each.product === 'server' &&
        each.hook.id === String(hook.id) &&
        each.attempts.length > 0 &&
        (event === null || each.event === event),
    );
  const attempt = latest?.attempts.at(-1);
  if (latest === undefined || attempt === undefined) return { status: 204 };
  const start = Date.parse(latest.createdOn);
  return {
    status: 200,
    body: {
      id: hook.id,
      event: latest.event,
      eventScope: { id: String(bitbucket.store.numberOf('repository', repository.uuid)), type: 'repository' },
      duration: attempt.durationMs,
      start,
      finish: start + attempt.durationMs,
      request: { method: 'POST', url: hook.url, body: latest.body },
      result: {
        description: attempt.error ?? String(attempt.status),
        outcome: outcomeOf(latest.outcome, attempt.status),
        ...(attempt.status === null ? {} : { statusCode: attempt.status, body: attempt.responseBody }),
      },
    },
  };
}

/** Server distinguishes an error response (FAILURE) from no response (ERROR). */
function outcomeOf(outcome: string, status: number | null): 'SUCCESS' | 'FAILURE' | 'ERROR' {
  if (outcome === 'delivered') return 'SUCCESS';
  return status === null ? 'ERROR' : 'FAILURE';
}

const HOOKS = `${REPOSITORY}/webhooks`;
const HOOK = `${HOOKS}/{id}`;

/** The operations on webhooks. */
export const webhookRoutes: readonly Route[] = [
  { method: 'GET', path: HOOKS, permission: 'admin', handle: listHooks },
  { method: 'POST', path: HOOKS, permission: 'admin', handle: postHook },
  { method: 'POST', path: `${HOOKS}/test`, permission: 'admin', handle: testHook },
  {
    method: 'GET',
    path: HOOK,
    permission: 'admin',
    handle: (call) => ({ status: 200, body: hookResource(findHook(call).hook) }),
  },
  { method: 'PUT', path: HOOK, permission: 'admin', handle: putHook },
  { method: 'DELETE', path: HOOK, permission: 'admin', handle: deleteHook },
  { method: 'GET', path: `${HOOK}/latest`, permission: 'admin', handle: getLatest },
];
