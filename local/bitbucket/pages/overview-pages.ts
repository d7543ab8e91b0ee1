import { repositoryPath } from '../addresses.ts';
import { buildStatusesOf } from '../changes/build-statuses.ts';
import { readMainBranch } from '../git/refs.ts';
import { fullName, type Repository } from '../store/records.ts';
import { commitRow, readRange } from './commit-rows.ts';
import { type Content, html } from './html.ts';
import type { Page } from './page.ts';
import { PAGE_SIZE, pageOf, pager } from './paging.ts';
import { branchLink, inProgress, longText, rows, section } from './parts.ts';
import { pullRequestRow, pullRequestStatuses } from './pull-request-rows.ts';
import { repositoryRow, tabsOf } from './repository-frame.ts';
import type { PageCall, PageRoute } from './route.ts';

/** The list of repositories, of all workspaces or of one. */
export function repositoriesPage(url: URL, repositories: readonly Repository[], workspace?: string): Page {
  const found = pageOf(url, repositories);
  const deliveries = html`<a href="/_playground/deliveries">Webhook deliveries</a>`;
  return {
    title: workspace ?? 'Repositories',
    trail: [],
    body: [
      section(
        'Repositories',
        rows(found.slice(0, PAGE_SIZE).map(repositoryRow), 'There are no repositories yet.'),
        workspace === undefined ? deliveries : undefined,
      ),
      pager(url, found.length),
    ],
  };
}

const SHOWN_COMMITS = 10;
const SHOWN_PULL_REQUESTS = 5;

function cloneSection({ bitbucket, repository, login }: PageCall): Content {
  const url = new URL(`${repositoryPath(repository)}.git`, bitbucket.url);
  url.username = login.name;
  url.password = login.password;
  return section('Clone', html`<div class="body"><pre>git clone ${url.href}</pre></div>`);
}

async function showRepository(call: PageCall): Promise<Page> {
  const { bitbucket, repository } = call;
  const { workspace, description, pullRequests } = repository;
  const path = repositoryPath(repository);
  const branch = await readMainBranch(bitbucket.git, bitbucket.store.gitDirectory(repository));
  const range = { head: `refs/heads/${branch}`, known: [] };
  const commits = branch === undefined ? [] : await readRange(bitbucket, repository, range, SHOWN_COMMITS);
  const open = pullRequests.filter(({ state }) => state === 'OPEN').toReversed();
  const shown = open.slice(0, SHOWN_PULL_REQUESTS);
  const statuses = [
    ...commits.flatMap(({ hash }) => buildStatusesOf(repository, hash)),
    ...shown.flatMap((each) => pullRequestStatuses(bitbucket, repository, each)),
  ];
  return {
    title: fullName(repository),
    heading: repository.name,
    trail: [{ text: workspace, path: `/${workspace}` }],
    body: [
      description.trim() === '' ? undefined : html`<div class="lead">${longText(description)}</div>`,
      tabsOf(repository, 'overview'),
      cloneSection(call),
      section(
        'Open pull requests',
        rows(
          shown.map((each) => pullRequestRow(bitbucket, repository, each)),
          'No pull request is open.',
        ),
        html`<a href="${path}/pull-requests">All pull requests</a>`,
      ),
      section(
        'Recent commits',
        rows(
          commits.map((commit) => commitRow(bitbucket, repository, commit)),
          'The repository has no commits yet: clone it, commit and push.',
        ),
        branch === undefined
          ? undefined
          : html`on ${branchLink(repository, branch)} <a href="${path}/commits">All commits</a>`,
      ),
    ],
    refreshes: inProgress(statuses),
  };
}

/** The page of a repository. */
export const overviewPages: readonly PageRoute[] = [{ method: 'GET', path: '', show: showRepository }];
