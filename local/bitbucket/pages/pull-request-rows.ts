import { pullRequestPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import { buildStatusesOf } from '../changes/build-statuses.ts';
import type { BuildStatus, PullRequest, Repository } from '../store/records.ts';
import { type Content, html } from './html.ts';
import { ago, branchLink, buildSummary, oneLine, pullRequestState } from './parts.ts';

/**
 * The statuses that Bitbucket shows on a pull request: those of its newest commit for its source branch. Clients report
 * the builds of a fork's commit to either repository.
 */
export function pullRequestStatuses(
  { store }: Pick<Bitbucket, 'store'>,
  repository: Repository,
  { source }: PullRequest,
): BuildStatus[] {
  const from = store.findByUuid(source.repository);
  const places = from === undefined || from === repository ? [repository] : [repository, from];
  return places.flatMap((place) => buildStatusesOf(place, source.commit, source.branch));
}

/** The source branch, with the name of the fork that it belongs to. */
export function sourceLink(
  { store }: Pick<Bitbucket, 'store'>,
  repository: Repository,
  { source }: PullRequest,
): Content {
  const from = store.findByUuid(source.repository);
  if (from === repository) return branchLink(repository, source.branch);
  if (from === undefined) return html`<span class="ref">${oneLine(source.branch)}</span> of a deleted fork`;
  return html`${branchLink(from, source.branch)} of ${from.workspace}/${from.slug}`;
}

/** A pull request in a list. */
export function pullRequestRow(
  bitbucket: Bitbucket,
  repository: Repository,
  pullRequest: PullRequest,
): Content {
  const { id, title, author, destination, updatedOn } = pullRequest;
  return html`<div class="main"><div><a href="${pullRequestPath(repository, id)}">${oneLine(title)}</a> <span class="small">#${id}</span></div>
<div class="small">${sourceLink(bitbucket, repository, pullRequest)} → ${branchLink(repository, destination.branch)}, ${oneLine(author.name)}, ${ago(bitbucket, updatedOn)}</div></div>
<div class="side">${buildSummary(pullRequestStatuses(bitbucket, repository, pullRequest))} ${pullRequestState(pullRequest)}</div>`;
}
