import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, git, push, pushBranch } from '../support/bitbucket.ts';
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { REPO, type ServerSite, startServerSite } from '../support/server.ts';

const FIXTURES = join(import.meta.dirname, '../../../../../shared/fixtures/server');
const missing = existsSync(FIXTURES) ? undefined : `there is no ${FIXTURES}`;
const reason = missing === undefined ? '' : ` (skipped: ${missing})`;

const EVENTS = [
  'repo:refs_changed',
  'repo:modified',
  'pr:opened',
  'pr:from_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
];

let site: ServerSite;
let receiver: Receiver;
beforeAll(async () => {
  site = await startServerSite();
  receiver = await startReceiver();
  await site.rest('POST', `${REPO}/webhooks`, { name: 'all', url: receiver.url, events: EVENTS });
  await git(site.workingCopy, 'push', '--quiet', 'origin', 'main:other');
});
afterAll(async () => {
  await receiver.close();
  await site.end();
});

const open = async (branch: string, into = 'main') => {
  const { body } = await site.rest('POST', `${REPO}/pull-requests`, {
    title: branch,
    description: 'A page',
    fromRef: { id: `refs/heads/${branch}` },
    toRef: { id: `refs/heads/${into}` },
  });
  return Number(at(body, 'id'));
};

/** All paths of keys in a value with the type of their end; the elements of a list share a path. */
function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keyPaths(item, path));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return [
    `${path}: object`,
    ...Object.entries(value).flatMap(([key, child]) => keyPaths(child, `${path}.${key}`)),
  ];
}

/** Authors with a Bitbucket account, dates of Data Center 10, reviewers, and links that a capture lacks. */
const EXPECTED_GAPS = [
  /\.(commits|toCommit)(\.parents)?\.(author|committer)\.(active|displayName|id|slug|type|links)\b/,
  /\.(author|committer)Timestamp: string$/,
  /\.reviewers\b/,
  /\.project\.description: string$/,
  /\.repository\.description: string$/,
];

/** Resources have the same fields wherever a payload contains them. */
const partOfResource = (path: string) =>
  path.replace(/^.*\.(?:repository|origin)\b/, '.repository').replace(/^\.(?:old|new)\b/, '.repository');

/** The only capture with parents is of Data Center 10, which formats dates as text. */
const EXPECTED_ADDITIONS = /^\.toCommit\.parents\.\w+Timestamp: number$/;

const read = (file: string): unknown => JSON.parse(readFileSync(join(FIXTURES, file), 'utf8'));

describe('payloads captured from Bitbucket Server', () => {
  let serial = 0;
  let branch: string;
  let id: number;
  const performed = new Map<string, Promise<readonly Received[]>>();

  /** The deliveries after an action in a project. Each combination is performed once. */
  function deliveriesAfter(action: string, project: string): Promise<readonly Received[]> {
    const key = `${action} in ${project}`;
    const deliveries = performed.get(key) ?? perform(action, project);
    performed.set(key, deliveries);
    return deliveries;
  }

  async function perform(action: string, project: string): Promise<readonly Received[]> {
    serial += 1;
    branch = `captured-${serial}`;
    await pushBranch(site, branch);
    id = await open(branch);
    await site.playground.settled();
    await moveTo(project);
    await actions[action]?.();
    await site.playground.settled();
    return [...receiver.received];
  }

  /** The old URL stays valid. */
  const moveTo = async (key: string) => {
    const { status } = await site.rest('PUT', REPO, { project: { key } });
    expect(status).toBe(201);
    await site.playground.settled();
    receiver.forget();
  };
  const pullRequest = () => `${REPO}/pull-requests/${id}`;
  /** Changes the title of a pull request from a fork. */
  async function editFork(): Promise<void> {
    const fork = `fork-${serial}`;
    await site.rest('POST', REPO, { name: fork });
    await push(await site.clone(`~demo/${fork}`), { branch: 'from-fork' });
    const { body } = await site.rest('POST', `${REPO}/pull-requests`, {
      title: 'From a fork',
      description: 'A page',
      fromRef: { id: 'from-fork', repository: { slug: fork, project: { key: '~demo' } } },
      toRef: { id: 'refs/heads/main' },
    });
    const change = { version: 0, title: 'Better' };
    await site.rest('PUT', `${REPO}/pull-requests/${at(body, 'id')}`, change);
  }
  const actions: Record<string, () => Promise<unknown>> = {
    push: () => push(site.workingCopy, { branch }),
    create: () => git(site.workingCopy, 'push', '--quiet', 'origin', `${branch}:new-${serial}`),
    delete: () => git(site.workingCopy, 'push', '--quiet', 'origin', `:${branch}`),
    tag: () => git(site.workingCopy, 'push', '--quiet', 'origin', `${branch}:refs/tags/v${serial}`),
    open: () => open(branch, 'other'),
    retarget: () =>
      site.rest('PUT', pullRequest(), { version: 0, toRef: { id: 'refs/heads/other' }, title: 'Other' }),
    edit: editFork,
    merge: () => site.rest('POST', `${pullRequest()}/merge?version=0`),
    decline: () => site.rest('POST', `${pullRequest()}/decline?version=0`),
    erase: () => site.rest('DELETE', pullRequest(), { version: 0 }),
    rename: () => site.rest('PUT', REPO, { name: `Site ${serial}` }),
  };

  it.skipIf(missing !== undefined).each([
    ['repo:refs_changed', 'push', 'drone_go-scm__repo.refs_changed__push.json', 'acme'],
    ['repo:refs_changed', 'push', 'drone_go-scm__repo.refs_changed__push_v5.json', 'acme'],
    ['repo:refs_changed', 'push', 'drone_go-scm__repo.refs_changed__fnb_push_update.json', 'acme'],
    ['repo:refs_changed', 'create', 'drone_go-scm__repo.refs_changed__push_branch_create.json', 'acme'],
    ['repo:refs_changed', 'create', 'drone_go-scm__repo.refs_changed__fnb_push_branch_create.json', 'acme'],
    ['repo:refs_changed', 'delete', 'drone_go-scm__repo.refs_changed__push_branch_delete.json', 'acme'],
    ['repo:refs_changed', 'tag', 'drone_go-scm__repo.refs_changed__push_tag_create.json', 'acme'],
    [
      'repo:refs_changed',
      'push',
      'go-playground_webhooks__repo.refs_changed__repo-refs-changed.json',
      '~demo',
    ],
    ['pr:opened', 'open', 'drone_go-scm__pr.opened__pr_open.json', 'acme'],
    ['pr:from_ref_updated', 'push', 'drone_go-scm__pr.from_ref_updated__pr_from_ref_updated.json', 'acme'],
    ['pr:modified', 'retarget', 'drone_go-scm__pr.modified__pr_modified_toref.json', 'acme'],
    ['pr:modified', 'edit', 'drone_go-scm__pr.modified__pr_modified_meta.json', 'acme'],
    ['pr:merged', 'merge', 'drone_go-scm__pr.merged__pr_merged.json', 'acme'],
    ['pr:merged', 'merge', 'go-playground_webhooks__pr.merged__pr-merged.json', '~demo'],
    ['pr:declined', 'decline', 'drone_go-scm__pr.declined__pr_declined.json', 'acme'],
    ['pr:deleted', 'erase', 'go-playground_webhooks__pr.deleted__pr-deleted.json', '~demo'],
    ['repo:modified', 'rename', 'go-playground_webhooks__repo.modified__repo-modified.json', '~demo'],
  ])(
    `have no field that the playground's payloads lack: %s after %s, as in %s, in %s${reason}`,
    async (event, action, file, project) => {
      const deliveries = await deliveriesAfter(action, project);

      const delivery = deliveries.find(({ headers }) => headers['x-event-key'] === event);
      const ours = new Set(keyPaths(delivery?.body));
      const lacking = keyPaths(read(file)).filter(
        (path) => !ours.has(path) && !EXPECTED_GAPS.some((gap) => gap.test(path)),
      );

      expect(lacking).toEqual([]);
    },
  );

  it.skipIf(missing !== undefined).each([
    ['push', 'acme'],
    ['delete', 'acme'],
    ['tag', 'acme'],
    ['open', 'acme'],
    ['retarget', 'acme'],
    ['edit', 'acme'],
    ['merge', '~demo'],
    ['decline', '~demo'],
    ['erase', 'acme'],
    ['rename', '~demo'],
  ])(`have every field of the playground's payloads after %s in %s${reason}`, async (action, project) => {
    const captured = new Set(
      readdirSync(FIXTURES)
        .filter((file) => file.includes('__pr.') || file.includes('__repo.'))
        .flatMap((file) => keyPaths(read(file)))
        .map(partOfResource),
    );
    const deliveries = await deliveriesAfter(action, project);

    const said = deliveries.flatMap(({ body }) => keyPaths(body)).map(partOfResource);
    const invented = said.filter((path) => !captured.has(path) && !EXPECTED_ADDITIONS.test(path));

    expect(said).not.toEqual([]);
    expect([...new Set(invented)]).toEqual([]);
  });
});
