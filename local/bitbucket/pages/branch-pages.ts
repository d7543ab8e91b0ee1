import { pullRequestPath, repositoryPath } from '../addresses.ts';
import { buildStatusesOf } from '../changes/build-statuses.ts';
import { type Commit, readCommits } from '../git/commits.ts';
import { listBranches, type Ref, readBranch, readMainBranch } from '../git/refs.ts';
import type { PullRequest, Repository } from '../store/records.ts';
import { commitsSection } from './commit-rows.ts';
import { type Content, html } from './html.ts';
import type { Page } from './page.ts';
import { PAGE_SIZE, pageOf, pager } from './paging.ts';
import {
  ago,
  authorName,
  branchLink,
  buildSummary,
  buildsSection,
  hashLink,
  inProgress,
  oneLine,
  rows,
  section,
  shortened,
  subjectOf,
} from './parts.ts';
import { pullRequestRow } from './pull-request-rows.ts';
import { tabsOf, trailTo } from './repository-frame.ts';
import type { PageCall, PageRoute } from './route.ts';

function openPullRequestsOf(repository: Repository, branch: string): PullRequest[] {
  return repository.pullRequests.filter(
    ({ state, source }) =>
      state === 'OPEN' && source.repository === repository.uuid && source.branch === branch,
  );
}

function branchRow(
  { bitbucket, repository }: PageCall,
  branch: Ref,
  commit: Commit | undefined,
  mainBranch: string | undefined,
): Content {
  const isMain = branch.name === mainBranch;
  const mark = isMain ? html` <span class="state">main branch</span>` : undefined;
  const pullRequests = openPullRequestsOf(repository, branch.name)
    .slice(0, 3)
    .map(({ id }) => html`<a href="${pullRequestPath(repository, id)}">Pull request #${id}</a>`);
  const last =
    commit === undefined
      ? undefined
      : html`<div class="small">${oneLine(subjectOf(commit))} · ${oneLine(authorName(commit.author))}, ${ago(bitbucket, commit.committedOn)}</div>`;
  return html`<div class="main"><div>${branchLink(repository, branch.name)}${mark}</div>${last}</div>
<div class="side">${pullRequests} ${buildSummary(buildStatusesOf(repository, branch.commit, branch.name))} ${hashLink(repository, branch.commit)}</div>`;
}

/** All branches, the main branch first. */
async function showBranches(call: PageCall): Promise<Page> {
  const { bitbucket, repository, url } = call;
  const directory = bitbucket.store.gitDirectory(repository);
  const [all, mainBranch] = await Promise.all([
    listBranches(bitbucket.git, directory),
    readMainBranch(bitbucket.git, directory),
  ]);
  const sorted = [
    ...all.filter(({ name }) => name === mainBranch),
    ...all.filter(({ name }) => name !== mainBranch),
  ];
  const found = pageOf(url, sorted);
  const shown = found.slice(0, PAGE_SIZE);
  const commits = await readCommits(
    bitbucket.git,
    directory,
    shown.map(({ commit }) => commit),
  );
  const items = shown.map((branch) => branchRow(call, branch, commits.get(branch.commit), mainBranch));
  const statuses = shown.flatMap(({ name, commit }) => buildStatusesOf(repository, commit, name));
  return {
    title: `Branches of ${repository.workspace}/${repository.slug}`,
    heading: 'Branches',
    trail: trailTo(repository),
    body: [
      tabsOf(repository, 'branches'),
      section(`${all.length} ${all.length === 1 ? 'branch' : 'branches'}`, rows(items, 'None yet.')),
      pager(url, found.length),
    ],
    refreshes: inProgress(statuses),
  };
}

/** A form that opens a pull request from a branch into the main branch. */
function openForm(repository: Repository, branch: string, mainBranch: string): Content {
  return html`<form method="post" action="${repositoryPath(repository)}/pull-requests">
<input type="hidden" name="source" value="${encodeURIComponent(branch)}">
<button class="first">Open a pull request</button></form> <span class="small">into ${branchLink(repository, mainBranch)}</span>`;
}

async function showBranch(call: PageCall): Promise<Page | undefined> {
  const { bitbucket, repository, params } = call;
  const directory = bitbucket.store.gitDirectory(repository);
  const name = params['name'] ?? '';
  const [head, mainBranch] = await Promise.all([
    readBranch(bitbucket.git, directory, name),
    readMainBranch(bitbucket.git, directory),
  ]);
  if (head === undefined) return undefined;
  const commits = await commitsSection(call, { head, known: [] }, name);
  const statuses = buildStatusesOf(repository, head, name);
  const pullRequests = openPullRequestsOf(repository, name).slice(0, PAGE_SIZE);
  const canOpen = pullRequests.length === 0 && mainBranch !== undefined && mainBranch !== name;
  const form = canOpen
    ? html`<div class="body actions">${openForm(repository, name, mainBranch)}</div>`
    : rows(
        pullRequests.map((each) => pullRequestRow(bitbucket, repository, each)),
        'The repository has no main branch to merge into.',
      );
  return {
    title: `Branch ${shortened(name, 100)}`,
    heading: html`Branch ${oneLine(name)}`,
    trail: [...trailTo(repository), { text: 'Branches', path: `${repositoryPath(repository)}/branches` }],
    body: [
      buildsSection(bitbucket, statuses, 'No build has reported a status for the newest commit.'),
      name === mainBranch ? undefined : section('Pull requests', form),
      commits.content,
    ],
    refreshes: inProgress([...statuses, ...commits.statuses]),
  };
}

/** The pages of branches. */
export const branchPages: readonly PageRoute[] = [
  { method: 'GET', path: '/branches', show: showBranches },
  { method: 'GET', path: '/branch/{name+}', show: showBranch },
];
