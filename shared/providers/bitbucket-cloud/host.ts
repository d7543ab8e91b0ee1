import { createHash } from 'node:crypto';
import { BoughError } from '../../errors.ts';
import type { BuildStatus, GitHost, StatusState } from '../../ports.ts';
import { accessTokens, type Consumer } from './access-tokens.ts';
import { type Api, bitbucketApi } from './api.ts';
import type { Endpoints } from './endpoints.ts';
import { Hook, PullRequestAnswer, RepositoryAnswer } from './schema.ts';
import { bitbucketSource } from './source.ts';
import { subscribedEvents, toPullRequest } from './webhook.ts';

const states: Record<StatusState, string> = {
  in_progress: 'INPROGRESS',
  successful: 'SUCCESSFUL',
  failed: 'FAILED',
  stopped: 'STOPPED',
};

/** Bitbucket Cloud behind the port. The secret stays in the closure; nothing here writes it anywhere. */
export function bitbucketCloud(
  endpoints: Endpoints,
  { repository, project }: { repository: string; project: string },
  consumer: Consumer,
): GitHost {
  const tokens = accessTokens(endpoints.oauthUrl, consumer);
  const api = bitbucketApi(endpoints.apiUrl, tokens);
  const path = `/repositories/${repository.split('/').map(encodeURIComponent).join('/')}`;

  return {
    async repository() {
      const answer = await api.get(`${path}?fields=uuid,full_name,mainbranch.name`, RepositoryAnswer);
      return {
        uuid: answer.uuid,
        full_name: answer.full_name,
        default_branch: answer.mainbranch?.name ?? null,
      };
    },
    async openPullRequests() {
      const answers = await api.list(`${path}/pullrequests?state=OPEN&pagelen=50`, PullRequestAnswer);
      return answers.map(toPullRequest);
    },
    async openPullRequest(number) {
      const answer = await api.get(`${path}/pullrequests/${number}`, PullRequestAnswer);
      return answer.state === 'OPEN' ? toPullRequest(answer) : null;
    },
    reportStatus: (status) =>
      api
        .send('POST', `${path}/commit/${status.commit}/statuses/build`, statusBody(project, status))
        .catch(mayNotKnowYet(status.commit)),
    ensureWebhook: (hook) => ensureWebhook(api, `${path}/hooks`, project, hook),
    source: async () => bitbucketSource(`${endpoints.gitUrl}/${repository}.git`, tokens),
  };
}

/** The API sees a commit a little later than git does. */
function mayNotKnowYet(commit: string) {
  return (cause: unknown): never => {
    if (!(cause instanceof BoughError) || cause.code !== 'git_host_not_found') throw cause;
    throw new BoughError('git_host_unavailable', `Bitbucket does not know the commit ${commit} yet.`, {
      cause,
    });
  };
}

function statusBody(project: string, status: BuildStatus) {
  // The key may have 40 characters, which branch names do not keep to.
  const digest = createHash('sha256').update(`${project}/${status.environment}`).digest('hex').slice(0, 32);
  return {
    key: `bough-${digest}`,
    state: states[status.state],
    name: cut(`Bough: ${status.environment}`),
    url: status.url,
    description: cut(status.description),
    refname: status.branch,
  };
}

/** To the length that Bitbucket takes, and not through the middle of a character. */
function cut(text: string): string {
  return text.slice(0, 255).replace(/[\uD800-\uDBFF]$/, '');
}

async function ensureWebhook(
  api: Api,
  path: string,
  project: string,
  { url, secret }: { url: string; secret: string },
) {
  const body = { description: `Bough: ${project}`, url, active: true, events: [...subscribedEvents] };
  const hooks = await api.list(`${path}?pagelen=100`, Hook);
  const ours = hooks.find((hook) => hook.url === url);
  if (!ours) {
    await api.send('POST', path, { ...body, secret });
    return 'created';
  }
  const isIntact =
    ours.active &&
    ours.secret_set !== false &&
    subscribedEvents.every((event) => ours.events.includes(event));
  if (isIntact) return 'unchanged';
  const events = [...new Set([...ours.events, ...subscribedEvents])];
  await api.send('PUT', `${path}/${encodeURIComponent(ours.uuid)}`, { ...body, events, secret });
  return 'repaired';
}
