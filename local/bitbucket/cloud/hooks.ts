import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import type { ApiResponse } from '../http/router.ts';
import { isHttpUrl, link } from '../resources.ts';
import type { Hook, Repository } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { listResponse } from './collections.ts';
import { type Principal, requireScopes, type Scope } from './credentials.ts';
import { ApiError, parseFields } from './errors.ts';
import { HOOK_EVENTS, type HookEvent } from './event-types.ts';
import { findRepository } from './repositories.ts';
import { repositoryApiUrl, repositoryReference } from './repository-resource.ts';
import type { Call, Route } from './route.ts';

/** Unlike Bitbucket, the playground accepts URLs that are not public, since receivers run on the same machine. */
const hookUrl = z.string().refine(isHttpUrl, 'Enter a valid URL.');

const HookFields = z.looseObject({
  url: hookUrl,
  description: z.string().nullish(),
  active: z.boolean().optional(),
  events: z
    .array(z.enum(HOOK_EVENTS, { error: (issue) => `Invalid event: ${String(issue.input)}` }))
    .min(1, 'At least one event is required.'),
  secret: z.string().max(128, 'Ensure this value has at most 128 characters.').nullish(),
});
const ChangedHook = HookFields.partial();

function hookResource(bitbucket: Bitbucket, repository: Repository, hook: Hook) {
  const hooks = `${repositoryApiUrl(bitbucket, repository)}/hooks`;
  return {
    type: 'webhook_subscription',
    uuid: hook.uuid,
    url: hook.url,
    description: hook.description,
    subject_type: 'repository',
    subject: repositoryReference(bitbucket, repository),
    active: hook.active,
    created_at: hook.createdAt,
    events: hook.events,
    secret_set: hook.secret !== null,
    source: null,
    read_only: false,
    skip_cert_verification: false,
    links: { self: link(`${hooks}/${encodeURIComponent(hook.uuid)}`) },
  };
}

/** A subscription requires `webhook` and the scope to read the objects in the event's payload. */
function requireEventScopes(principal: Principal, events: readonly HookEvent[]): void {
  const scopeOf = (event: HookEvent): Scope =>
    event.startsWith('pullrequest:') ? 'pullrequest' : 'repository';
  requireScopes(principal, ['webhook', ...new Set(events.map(scopeOf))]);
}

function listHooks(call: Call): ApiResponse {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const resources = repository.hooks.map((hook) => hookResource(bitbucket, repository, hook));
  return listResponse(url, resources);
}

function postHook(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const fields = parseFields(HookFields, call.body);
  requireEventScopes(principal, fields.events);
  const hook: Hook = {
    uuid: newUuid(),
    description: fields.description ?? '',
    url: fields.url,
    active: fields.active ?? true,
    events: [...new Set(fields.events)],
    secret: fields.secret || null,
    createdAt: bitbucket.now().toISOString(),
  };
  repository.hooks.push(hook);
  bitbucket.store.save(repository);
  return { status: 201, body: hookResource(bitbucket, repository, hook) };
}

function findHook(call: Call): { repository: Repository; hook: Hook } {
  const repository = findRepository(call);
  const uid = call.params['uid'] ?? '';
  const hook = repository.hooks.find((candidate) => candidate.uuid === uid);
  if (hook === undefined) throw new ApiError(404, `Webhook ${uid} not found`);
  return { repository, hook };
}

function getHook(call: Call): ApiResponse {
  const { repository, hook } = findHook(call);
  return { status: 200, body: hookResource(call.bitbucket, repository, hook) };
}

function putHook(call: Call): ApiResponse {
  const { bitbucket, principal } = call;
  const { repository, hook } = findHook(call);
  const fields = parseFields(ChangedHook, call.body);
  requireEventScopes(principal, fields.events ?? []);
  hook.url = fields.url ?? hook.url;
  hook.description = fields.description ?? hook.description;
  hook.active = fields.active ?? hook.active;
  hook.events = fields.events === undefined ? hook.events : [...new Set(fields.events)];
  if (fields.secret !== undefined) hook.secret = fields.secret || null;
  bitbucket.store.save(repository);
  return { status: 200, body: hookResource(bitbucket, repository, hook) };
}

function deleteHook(call: Call): ApiResponse {
  const { repository, hook } = findHook(call);
  repository.hooks = repository.hooks.filter((candidate) => candidate !== hook);
  call.bitbucket.store.save(repository);
  return { status: 204 };
}

const HOOKS = '/repositories/{workspace}/{repo_slug}/hooks';

/** The operations on webhooks. */
export const hookRoutes: readonly Route[] = [
  { method: 'GET', path: HOOKS, scopes: ['webhook'], handle: listHooks },
  { method: 'POST', path: HOOKS, scopes: ['webhook'], handle: postHook },
  { method: 'GET', path: `${HOOKS}/{uid}`, scopes: ['webhook'], handle: getHook },
  { method: 'PUT', path: `${HOOKS}/{uid}`, scopes: ['webhook'], handle: putHook },
  { method: 'DELETE', path: `${HOOKS}/{uid}`, scopes: ['webhook'], handle: deleteHook },
];
