import { accessTokens } from '../../../shared/providers/bitbucket-cloud/access-tokens.ts';
import { bitbucketCloud } from '../../../shared/providers/bitbucket-cloud/host.ts';
import { webhookFormat } from '../../../shared/providers/bitbucket-cloud/webhook-format.ts';
import { loopback } from '../../support/loopback.ts';
import { at, CONSUMER, startWebsite, WEBSITE } from '../bitbucket/support/bitbucket.ts';
import { pushTo } from './pushing.ts';
import type { SeenStatus, SeenWebhook, Stage } from './stage.ts';

/** Starts the playground's Bitbucket Cloud. */
export async function startCloudStage(): Promise<Stage> {
  const website = await startWebsite();
  const { playground, api, workingCopy } = website;
  const pullRequest = (number: number) => `${WEBSITE}/pullrequests/${number}`;
  const findHook = async (url: string) => {
    const { body } = await api('GET', `${WEBSITE}/hooks?pagelen=100`);
    const hooks = at(body, 'values') as (SeenWebhook & { uuid: string })[];
    return hooks.find((hook) => hook.url === url);
  };

  return {
    repository: 'acme/website',
    head: website.head,
    format: webhookFormat,
    words: { successful: 'SUCCESSFUL', failed: 'FAILED', push: 'repo:push' },
    connect({ repository = 'acme/website', project = 'p1', secret = CONSUMER.secret, url } = {}) {
      const { apiUrl, gitUrl, oauthUrl } = playground;
      const endpoints = url ? { apiUrl: url, gitUrl: url, oauthUrl: url } : { apiUrl, gitUrl, oauthUrl };
      const tokens = accessTokens(endpoints.oauthUrl, { key: CONSUMER.key, secret }, loopback);
      return bitbucketCloud(endpoints, { repository, project }, tokens, loopback);
    },
    push: (...branches) => pushTo(workingCopy, branches),
    deleteBranch: (branch) => pushTo(workingCopy, [], [branch]).then(() => undefined),
    async createRepository() {
      await playground.createRepository('acme/empty');
      return 'acme/empty';
    },
    async rename(name) {
      const { body } = await api('PUT', WEBSITE, { name });
      return String(at(body, 'full_name'));
    },
    async fork() {
      await api('POST', `${WEBSITE}/forks`, { name: 'website', workspace: { slug: 'bo-example' } });
      return {
        repository: 'bo-example/website',
        commit: await pushTo(await website.clone('bo-example/website'), ['fix']),
      };
    },
    async openPullRequest({ from, into, title, fork }) {
      const { body } = await api('POST', `${WEBSITE}/pullrequests`, {
        title,
        source: { branch: { name: from }, ...(fork ? { repository: { full_name: fork } } : {}) },
        destination: { branch: { name: into } },
      });
      return Number(at(body, 'id'));
    },
    async retarget(number, into) {
      const { body } = await api('GET', pullRequest(number));
      await api('PUT', pullRequest(number), {
        title: at(body, 'title'),
        destination: { branch: { name: into } },
      });
    },
    merge: (number) => api('POST', `${pullRequest(number)}/merge`, {}).then(() => undefined),
    decline: (number) => api('POST', `${pullRequest(number)}/decline`, {}).then(() => undefined),
    addWebhook: (url) =>
      api('POST', `${WEBSITE}/hooks`, { url, events: ['repo:push'] }).then(() => undefined),
    async changeWebhook(url, change) {
      const uuid = encodeURIComponent((await findHook(url))?.uuid ?? '');
      await api('PUT', `${WEBSITE}/hooks/${uuid}`, change);
    },
    async webhooks() {
      const { body } = await api('GET', `${WEBSITE}/hooks?pagelen=100`);
      return at(body, 'values') as SeenWebhook[];
    },
    async statuses(commit) {
      const { body } = await api('GET', `${WEBSITE}/commit/${commit}/statuses`);
      return at(body, 'values') as SeenStatus[];
    },
    settled: () => playground.settled(),
    end: () => website.end(),
  };
}
