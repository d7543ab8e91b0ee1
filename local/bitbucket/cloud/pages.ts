import type { Bitbucket } from '../bitbucket.ts';
import { matchPath } from '../http/router.ts';
import { type BuildStatus, fullName, type PullRequest, type Repository } from '../store/records.ts';
import { escapeHtml } from './commit-resource.ts';
import { pullRequestUrl } from './pull-request-resource.ts';
import { cloneUrl, repositoryHtmlUrl } from './repository-resource.ts';

const STYLE = 'body{font:16px/1.5 system-ui;margin:2rem auto;max-width:44rem;padding:0 1rem}code{color:#555}';

function page(title: string, body: string): string {
  const heading = escapeHtml(title);
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title><style>${STYLE}</style><h1>${heading}</h1>${body}\n`;
}

function anchor(href: string, text: string): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}

function list(items: readonly string[], empty: string): string {
  return items.length === 0
    ? `<p>${empty}</p>`
    : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function frontPage(bitbucket: Bitbucket): string {
  const repositories = bitbucket.store
    .list()
    .map((repository) => anchor(repositoryHtmlUrl(bitbucket, repository), fullName(repository)));
  const deliveries = anchor(`${bitbucket.url}/_playground/deliveries`, 'Webhook deliveries');
  return page(
    'Bitbucket playground',
    `${list(repositories, 'There are no repositories yet.')}<p>${deliveries}</p>`,
  );
}

function repositoryPage(bitbucket: Bitbucket, repository: Repository): string {
  const pullRequests = repository.pullRequests
    .map((each) => {
      const url = pullRequestUrl(bitbucket, repository, each.id);
      return `${anchor(url, `#${each.id} ${each.title}`)} ${each.state}`;
    })
    .reverse();
  return page(
    fullName(repository),
    `<p><code>git clone ${cloneUrl(bitbucket, repository)}</code></p><h2>Pull requests</h2>${list(pullRequests, 'None yet.')}`,
  );
}

/** The statuses that Bitbucket shows on a pull request: those of its newest commit for its source branch. */
function statusesOf(repository: Repository, { source }: PullRequest): BuildStatus[] {
  return repository.statuses.filter(
    (status) =>
      status.commit === source.commit && (status.refname === null || status.refname === source.branch),
  );
}

function pullRequestPage(repository: Repository, pullRequest: PullRequest): string {
  const { id, title, state, source, destination, description } = pullRequest;
  const builds = statusesOf(repository, pullRequest).map(
    (status) =>
      `${status.state} ${anchor(status.url, status.name || status.key)} ${escapeHtml(status.description)}`,
  );
  const branches = `<code>${escapeHtml(source.branch)}</code> → <code>${escapeHtml(destination.branch)}</code>`;
  return page(
    `#${id} ${title}`,
    `<p>${state}: ${branches}, commit <code>${source.commit.slice(0, 12)}</code></p><p>${escapeHtml(description)}</p><h2>Builds</h2>${list(builds, 'None yet.')}`,
  );
}

/** The HTML page of a path that the API links to; undefined for any other path. */
export function findPage(bitbucket: Bitbucket, path: string): string | undefined {
  if (path === '/') return frontPage(bitbucket);
  const names =
    matchPath('/{workspace}/{slug}', path) ?? matchPath('/{workspace}/{slug}/pull-requests/{id}', path);
  const repository = bitbucket.store.find(names?.['workspace'] ?? '', names?.['slug'] ?? '');
  if (names === undefined || repository === undefined) return undefined;
  if (names['id'] === undefined) return repositoryPage(bitbucket, repository);
  const pullRequest = repository.pullRequests.find((each) => String(each.id) === names['id']);
  return pullRequest === undefined ? undefined : pullRequestPage(repository, pullRequest);
}
