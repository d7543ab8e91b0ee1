import { bitbucketServer } from '../../../shared/providers/bitbucket-server/host.ts';
import { webhookFormat } from '../../../shared/providers/bitbucket-server/webhook-format.ts';
import { loopback } from '../../support/loopback.ts';
import { at, DEMO, startWebsite } from '../bitbucket/support/bitbucket.ts';
import { pushTo } from './pushing.ts';
import type { SeenStatus, SeenWebhook, Stage } from './stage.ts';

const token = 'demo-token';
const website = '/api/latest/projects/acme/repos/website';

/** Starts the playground's Bitbucket Server. */
export async function startServerStage(): Promise<Stage> {
  const scene = await startWebsite();
  const { playground, workingCopy } = scene;
  const call = (method: string, path: string, body?: unknown) =>
    callServer(`${playground.serverUrl}/rest${path}`, method, body);
  const pullRequest = (number: number) => `${website}/pull-requests/${number}`;
  const versionOf = async (number: number) => at(await call('GET', pullRequest(number)), 'version');
  const listHooks = async () =>
    at(await call('GET', `${website}/webhooks?limit=100`), 'values') as (SeenWebhook & { id: number })[];

  return {
    repository: 'acme/website',
    head: scene.head,
    format: webhookFormat,
    words: { successful: 'SUCCESSFUL', failed: 'FAILED', push: 'repo:refs_changed' },
    connect({ repository = 'acme/website', project = 'p1', secret = token, url } = {}) {
      return bitbucketServer({ url: url ?? playground.serverUrl, repository, project }, secret, loopback);
    },
    push: (...branches) => pushTo(workingCopy, branches),
    deleteBranch: (branch) => pushTo(workingCopy, [], [branch]).then(() => undefined),
    async createRepository() {
      await call('POST', '/api/latest/projects/acme/repos', { name: 'empty', scmId: 'git' });
      return 'acme/empty';
    },
    async rename(name) {
      const renamed = await call('PUT', website, { name });
      return `${at(renamed, 'project.key')}/${at(renamed, 'slug')}`;
    },
    async fork() {
      const fork = await call('POST', website, { name: 'website', project: { key: '~demo' } });
      const repository = `${at(fork, 'project.key')}/${at(fork, 'slug')}`;
      return { repository, commit: await pushTo(await scene.clone(repository.toLowerCase()), ['fix']) };
    },
    async openPullRequest({ from, into, title, fork = 'acme/website' }) {
      const [key, slug] = fork.split('/');
      const opened = await call('POST', `${website}/pull-requests`, {
        title,
        fromRef: { id: `refs/heads/${from}`, repository: { slug, project: { key } } },
        toRef: { id: `refs/heads/${into}`, repository: { slug: 'website', project: { key: 'acme' } } },
      });
      return Number(at(opened, 'id'));
    },
    async retarget(number, into) {
      const { title, version } = (await call('GET', pullRequest(number))) as {
        title: string;
        version: number;
      };
      await call('PUT', pullRequest(number), { title, version, toRef: { id: `refs/heads/${into}` } });
    },
    async merge(number) {
      await call('POST', `${pullRequest(number)}/merge?version=${await versionOf(number)}`, {});
    },
    async decline(number) {
      await call('POST', `${pullRequest(number)}/decline?version=${await versionOf(number)}`, {});
    },
    async addWebhook(url) {
      const body = { name: 'Another', url, active: true, events: ['repo:refs_changed'] };
      await call('POST', `${website}/webhooks`, body);
    },
    async changeWebhook(url, change) {
      const hook = (await listHooks()).find((each) => each.url === url);
      await call('PUT', `${website}/webhooks/${hook?.id}`, { ...hook, ...change });
    },
    webhooks: listHooks,
    async statuses(commit) {
      const builds = await call('GET', `/build-status/latest/commits/${commit}?limit=100`);
      return at(builds, 'values') as SeenStatus[];
    },
    settled: () => playground.settled(),
    end: () => scene.end(),
  };
}

/** Calls the REST API as the demo user. Throws unless the response is successful. */
async function callServer(url: string, method: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: DEMO, 'Content-Type': 'application/json', 'X-Atlassian-Token': 'no-check' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
