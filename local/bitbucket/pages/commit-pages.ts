import { buildStatusesOf } from '../changes/build-statuses.ts';
import { readCommits } from '../git/commits.ts';
import { peelToCommit, readMainBranch, readTag, resolveCommit } from '../git/refs.ts';
import { commitsSection } from './commit-rows.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';
import {
  ago,
  branchLink,
  buildsSection,
  hashLink,
  inProgress,
  longText,
  oneLine,
  section,
  shortened,
  subjectOf,
} from './parts.ts';
import { tabsOf, trailTo } from './repository-frame.ts';
import type { PageCall, PageRoute } from './route.ts';

/** The commits of the main branch. */
async function showHistory(call: PageCall): Promise<Page> {
  const { bitbucket, repository } = call;
  const directory = bitbucket.store.gitDirectory(repository);
  const branch = await readMainBranch(bitbucket.git, directory);
  const title = `Commits of ${repository.workspace}/${repository.slug}`;
  const frame = { title, heading: 'Commits', trail: trailTo(repository) };
  if (branch === undefined) {
    const empty = html`<p class="body empty">The repository has no commits yet.</p>`;
    return { ...frame, body: [tabsOf(repository, 'commits'), section('Commits', empty)] };
  }
  const commits = await commitsSection(call, { head: `refs/heads/${branch}`, known: [] });
  return {
    ...frame,
    body: [
      html`<p class="lead">of the main branch ${branchLink(repository, branch)}</p>`,
      tabsOf(repository, 'commits'),
      commits.content,
    ],
    refreshes: inProgress(commits.statuses),
  };
}

async function showTag(call: PageCall): Promise<Page | undefined> {
  const { bitbucket, repository, params } = call;
  const name = params['name'] ?? '';
  const head = await readTag(bitbucket.git, bitbucket.store.gitDirectory(repository), name);
  if (head === undefined) return undefined;
  const commits = await commitsSection(call, { head, known: [] });
  return {
    title: `Tag ${shortened(name, 100)}`,
    heading: html`Tag ${oneLine(name)}`,
    trail: trailTo(repository),
    body: [tabsOf(repository, 'commits'), commits.content],
    refreshes: inProgress(commits.statuses),
  };
}

/** The commits that the first commit of the path has and the second lacks, as links in push payloads. */
async function showComparison(call: PageCall): Promise<Page | undefined> {
  const { bitbucket, repository, params } = call;
  const directory = bitbucket.store.gitDirectory(repository);
  const [, head = '', base = ''] = /^([0-9a-f]{40})\.\.([0-9a-f]{40})$/.exec(params['range'] ?? '') ?? [];
  const [to, from] = await Promise.all(
    [head, base].map((hash) => (hash === '' ? undefined : peelToCommit(bitbucket.git, directory, hash))),
  );
  if (to === undefined || from === undefined) return undefined;
  const commits = await commitsSection(call, { head: to, known: [from] });
  return {
    title: `${to.slice(0, 7)} compared with ${from.slice(0, 7)}`,
    heading: html`${hashLink(repository, to)} compared with ${hashLink(repository, from)}`,
    trail: trailTo(repository),
    body: [
      html`<p class="lead">the commits that ${hashLink(repository, to)} has and ${hashLink(repository, from)} lacks</p>`,
      tabsOf(repository, 'commits'),
      commits.content,
    ],
    refreshes: inProgress(commits.statuses),
  };
}

async function showCommit({ bitbucket, repository, params }: PageCall): Promise<Page | undefined> {
  const directory = bitbucket.store.gitDirectory(repository);
  const hash = await resolveCommit(bitbucket.git, directory, params['hash'] ?? '');
  const commit =
    hash === undefined ? undefined : (await readCommits(bitbucket.git, directory, [hash])).get(hash);
  if (commit === undefined) return undefined;
  const parents = commit.parents.map((parent) => html` ${hashLink(repository, parent)}`);
  const statuses = buildStatusesOf(repository, commit.hash);
  const [, ...rest] = commit.message.trim().split('\n');
  const message = rest.join('\n').trim();
  return {
    title: `${commit.hash.slice(0, 7)} ${shortened(subjectOf(commit), 100)}`,
    heading: oneLine(subjectOf(commit)),
    trail: [
      ...trailTo(repository),
      { text: 'Commits', path: `/${repository.workspace}/${repository.slug}/commits` },
    ],
    body: [
      html`<p class="lead">${oneLine(commit.author)} ${ago(bitbucket, commit.committedOn)}</p>`,
      buildsSection(bitbucket, statuses),
      message === '' ? undefined : section('Message', html`<div class="body">${longText(message)}</div>`),
      section(
        'Commit',
        html`<p class="body"><code>${commit.hash}</code>${parents.length > 0 ? [', parents', parents] : ', the first one'}</p>`,
      ),
    ],
    refreshes: inProgress(statuses),
  };
}

/** The pages of commits. */
export const commitPages: readonly PageRoute[] = [
  { method: 'GET', path: '/commits', show: showHistory },
  { method: 'GET', path: '/commits/tag/{name+}', show: showTag },
  { method: 'GET', path: '/commits/{hash}', show: showCommit },
  { method: 'GET', path: '/branches/compare/{range}', show: showComparison },
];
