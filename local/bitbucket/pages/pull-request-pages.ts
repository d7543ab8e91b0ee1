import { branchPath, comparisonPath, pullRequestPath, repositoryPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import type { BuildStatus, PullRequest, Repository } from '../store/records.ts';
import { commitRow, readRange } from './commit-rows.ts';
import { type Content, html } from './html.ts';
import type { Page } from './page.ts';
import { PAGE_SIZE, pageOf, pager } from './paging.ts';
import {
  ago,
  branchLink,
  buildsSection,
  inProgress,
  longText,
  oneLine,
  pullRequestState,
  rows,
  section,
  shortened,
} from './parts.ts';
import { pullRequestRow, pullRequestStatuses, sourceLink } from './pull-request-rows.ts';
import { tabsOf, trailTo } from './repository-frame.ts';
import type { PageCall, PageRoute } from './route.ts';

const FILTERS = ['open', 'merged', 'declined', 'all'] as const;

/** The pull requests into the repository, newest first. */
async function showPullRequests(call: PageCall): Promise<Page> {
  const { bitbucket, repository, url } = call;
  const wanted = FILTERS.find((each) => each === url.searchParams.get('state')) ?? 'open';
  const all = repository.pullRequests
    .filter(({ state }) => wanted === 'all' || state.toLowerCase() === wanted)
    .toReversed();
  const found = pageOf(url, all);
  const shown = found.slice(0, PAGE_SIZE);
  const filters = FILTERS.map((each) =>
    each === wanted
      ? html`<a href="?state=${each}" aria-current="true">${each}</a> `
      : html`<a href="?state=${each}">${each}</a> `,
  );
  const items = shown.map((each) => pullRequestRow(bitbucket, repository, each));
  const empty = wanted === 'all' ? 'No pull request yet.' : `No pull request is ${wanted}.`;
  return {
    title: `Pull requests of ${repository.workspace}/${repository.slug}`,
    heading: 'Pull requests',
    trail: trailTo(repository),
    body: [
      tabsOf(repository, 'pull-requests'),
      html`<nav class="filters" aria-label="State">${filters}</nav>`,
      section(`${all.length} ${all.length === 1 ? 'pull request' : 'pull requests'}`, rows(items, empty)),
      pager(url, found.length),
    ],
    refreshes: inProgress(shown.flatMap((each) => pullRequestStatuses(bitbucket, repository, each))),
  };
}

/** Pages wait as long for the first status of a new commit. */
const FIRST_STATUS_MS = 60_000;

function isAwaited({ now }: Bitbucket, { state, updatedOn }: PullRequest, statuses: readonly BuildStatus[]) {
  const age = now().getTime() - Date.parse(updatedOn);
  return inProgress(statuses) || (state === 'OPEN' && statuses.length === 0 && age < FIRST_STATUS_MS);
}

function lead(bitbucket: Bitbucket, repository: Repository, pullRequest: PullRequest): Content {
  const { author, destination, createdOn, closedBy, reason, updatedOn } = pullRequest;
  const end =
    closedBy === null
      ? undefined
      : html`<p class="lead">${oneLine(closedBy.name)} closed it ${ago(bitbucket, updatedOn)}${reason === '' ? '' : ': '}<bdi>${shortened(reason, 500)}</bdi></p>`;
  return html`<p class="lead">${pullRequestState(pullRequest)} ${sourceLink(bitbucket, repository, pullRequest)} <span>→</span> ${branchLink(repository, destination.branch)} <span>${oneLine(author.name)} opened it ${ago(bitbucket, createdOn)}</span></p>${end}`;
}

/** The commit that the reader has seen: a form does nothing once the source branch has moved on. */
function seenCommit({ source }: PullRequest): Content {
  return html`<input type="hidden" name="commit" value="${source.commit}">`;
}

function openActions(path: string, pullRequest: PullRequest): Content {
  const checked = pullRequest.closeSourceBranch ? html` checked` : undefined;
  return html`<form method="post" action="${path}/merge">${seenCommit(pullRequest)}<button class="first">Merge</button>
<label><input type="checkbox" name="close" value="on"${checked}> Delete the source branch</label></form>
<form method="post" action="${path}/decline">${seenCommit(pullRequest)}<button>Decline</button></form>`;
}

/** The products differ: Cloud cannot reopen a pull request. */
function declinedActions(path: string): Content {
  return html`<form method="post" action="${path}/open-again"><button class="first">Open again as a new pull request</button>
<span class="small">Bitbucket Cloud cannot reopen this one. The new one has the same branches, title and description.</span></form>
<form method="post" action="${path}/reopen"><button>Reopen as Bitbucket Server does</button>
<span class="small">The same pull request. Bitbucket sends no webhook for that: clients find it when they next list the pull requests.</span></form>`;
}

function actions(repository: Repository, pullRequest: PullRequest): Content {
  const path = pullRequestPath(repository, pullRequest.id);
  if (pullRequest.state !== 'OPEN' && pullRequest.state !== 'DECLINED') return undefined;
  const forms = pullRequest.state === 'OPEN' ? openActions(path, pullRequest) : declinedActions(path);
  return section('Actions', html`<div class="body actions">${forms}</div>`);
}

const SHOWN_COMMITS = 10;

async function commitsOf(
  bitbucket: Bitbucket,
  repository: Repository,
  { source, destination }: PullRequest,
): Promise<Content> {
  const from = bitbucket.store.findByUuid(source.repository) ?? repository;
  const range = { head: source.commit, known: [destination.commit], other: repository };
  const found = await readRange(bitbucket, from, range, SHOWN_COMMITS + 1);
  const items = found
    .slice(0, SHOWN_COMMITS)
    .map((commit) => commitRow(bitbucket, from, commit, source.branch));
  const path =
    from === repository
      ? comparisonPath(repository, source.commit, destination.commit)
      : branchPath(from, source.branch);
  const all = html`<a href="${path}">All commits</a>`;
  const empty = 'No commits: the destination branch has them, or the fork is gone.';
  return section('Commits', rows(items, empty), found.length > SHOWN_COMMITS ? all : undefined);
}

const SHOWN_COMMENTS = 20;

function commentsOf(bitbucket: Bitbucket, { comments }: PullRequest): Content {
  if (comments.length === 0) return undefined;
  const items = comments
    .slice(-SHOWN_COMMENTS)
    .map(
      (comment) =>
        html`<div class="main"><div>${oneLine(comment.author.name)} <span class="small">${ago(bitbucket, comment.createdOn)}</span></div>${longText(comment.text)}</div>`,
    );
  const more =
    comments.length > SHOWN_COMMENTS ? `the last ${SHOWN_COMMENTS} of ${comments.length}` : undefined;
  return section('Comments', rows(items, ''), more);
}

/** The page of a pull request. */
export async function pullRequestPage(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<Page> {
  const { id, title, description } = pullRequest;
  const statuses = pullRequestStatuses(bitbucket, repository, pullRequest);
  const text =
    description.trim() === ''
      ? html`<p class="body empty">No description.</p>`
      : html`<div class="body">${longText(description)}</div>`;
  return {
    title: `#${id} ${shortened(title, 100)}`,
    heading: html`${oneLine(title)} <span class="number">#${id}</span>`,
    trail: [
      ...trailTo(repository),
      { text: 'Pull requests', path: `${repositoryPath(repository)}/pull-requests` },
    ],
    body: [
      lead(bitbucket, repository, pullRequest),
      buildsSection(bitbucket, statuses),
      section('Description', text),
      actions(repository, pullRequest),
      await commitsOf(bitbucket, repository, pullRequest),
      commentsOf(bitbucket, pullRequest),
    ],
    refreshes: isAwaited(bitbucket, pullRequest, statuses),
  };
}

async function showPullRequest({ bitbucket, repository, params }: PageCall): Promise<Page | undefined> {
  const pullRequest = repository.pullRequests.find(({ id }) => String(id) === params['id']);
  return pullRequest === undefined ? undefined : pullRequestPage(bitbucket, repository, pullRequest);
}

/** The pages of pull requests. */
export const pullRequestPages: readonly PageRoute[] = [
  { method: 'GET', path: '/pull-requests', show: showPullRequests },
  { method: 'GET', path: '/pull-requests/{id}', show: showPullRequest },
];
