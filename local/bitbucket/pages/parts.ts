import { cut } from '../../../shared/domain/values/text.ts';
import { branchPath, commitPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import type { Commit } from '../git/commits.ts';
import { isHttpUrl } from '../resources.ts';
import type { BuildStatus, PullRequest, Repository } from '../store/records.ts';
import { type Content, type Html, html } from './html.ts';

const TEXT_LIMIT = 20_000;
const LINE_LIMIT = 300;

/** The beginning of a long text, with an ellipsis. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${cut(text, limit)}…`;
}

/** A name or title of one line. Its direction does not affect the text around it. */
export function oneLine(text: string): Html {
  return html`<bdi>${shortened(text, LINE_LIMIT)}</bdi>`;
}

/** A text with its line breaks. */
export function longText(text: string): Html {
  return html`<p class="text" dir="auto">${shortened(text.trim(), TEXT_LIMIT)}</p>`;
}

/** A section with a heading. */
export function section(heading: Content, body: Content, aside?: Content): Html {
  const more = aside === undefined ? undefined : html`<span class="small">${aside}</span>`;
  return html`<section><header><h2>${heading}</h2>${more}</header>${body}</section>`;
}

/** A list of rows, or a sentence when it is empty. */
export function rows(items: readonly Content[], empty: Content): Html {
  if (items.length === 0) return html`<p class="body empty">${empty}</p>`;
  return html`<ul class="rows">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A time relative to now; its exact value is in the title. */
export function ago({ now }: Pick<Bitbucket, 'now'>, time: string): Html {
  const seconds = Math.max(0, (now().getTime() - Date.parse(time)) / 1000);
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  const text = unit === 'second' ? 'just now' : `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  const exact = new Date(time).toISOString();
  return html`<time datetime="${exact}" title="${exact.slice(0, 16).replace('T', ' ')} UTC">${text}</time>`;
}

/** A branch as a link to its page. */
export function branchLink(repository: Repository, name: string): Html {
  return html`<a class="ref" href="${branchPath(repository, name)}">${oneLine(name)}</a>`;
}

/** A commit's abbreviated hash as a link to its page. */
export function hashLink(repository: Repository, hash: string): Html {
  return html`<a class="hash" href="${commitPath(repository, hash)}">${hash.slice(0, 7)}</a>`;
}

/** The name in `Name <address>`. */
export function authorName(author: string): string {
  return author.replace(/ <[^>]*>$/, '') || author;
}

/** The first line of a commit's message. */
export function subjectOf({ message }: Commit): string {
  return message.trim().split('\n', 1)[0] || '(no message)';
}

const BUILD_STATES: Record<BuildStatus['state'], readonly [string, string]> = {
  SUCCESSFUL: ['good', 'Successful'],
  FAILED: ['bad', 'Failed'],
  INPROGRESS: ['busy', 'In progress'],
  STOPPED: ['', 'Stopped'],
  UNKNOWN: ['', 'Unknown'],
};

function buildState(state: BuildStatus['state']): Html {
  const [kind, text] = BUILD_STATES[state];
  return html`<span class="state ${kind}">${text}</span>`;
}

/** A build's name as a link to the build. Server accepts any text as the URL, and a script is not one to follow. */
function buildName({ url, name, key }: BuildStatus): Html {
  const text = oneLine(name || key);
  if (!isHttpUrl(url)) return text;
  return html`<a href="${new URL(url).href}" rel="noopener noreferrer">${text}</a>`;
}

/** Builds with state and link on one line, for lists of commits and branches. */
export function buildSummary(statuses: readonly BuildStatus[]): Content {
  const shown = statuses.slice(0, 3);
  const more = statuses.length > shown.length ? `and ${statuses.length - shown.length} more` : undefined;
  return [shown.map((status) => html`<span>${buildState(status.state)} ${buildName(status)}</span>`), more];
}

const BUILD_LIMIT = 50;

/** The section of builds, with their links and descriptions. */
export function buildsSection(
  bitbucket: Bitbucket,
  statuses: readonly BuildStatus[],
  empty = 'No build has reported a status yet.',
): Html {
  const items = statuses.slice(0, BUILD_LIMIT).map(
    (status) => html`<div class="main"><div>${buildName(status)}</div>
<div class="small"><bdi>${shortened(status.description, LINE_LIMIT)}</bdi></div></div>
<div class="side">${ago(bitbucket, status.updatedOn)} ${buildState(status.state)}</div>`,
  );
  const more = statuses.length > BUILD_LIMIT ? `the first ${BUILD_LIMIT} of ${statuses.length}` : undefined;
  return section('Builds', rows(items, empty), more);
}

/** Whether a build is in progress, so that the page changes soon. */
export function inProgress(statuses: readonly BuildStatus[]): boolean {
  return statuses.some(({ state }) => state === 'INPROGRESS');
}

const PULL_REQUEST_STATES: Record<PullRequest['state'], readonly [string, string]> = {
  OPEN: ['busy', 'Open'],
  MERGED: ['merged', 'Merged'],
  DECLINED: ['bad', 'Declined'],
  SUPERSEDED: ['', 'Superseded'],
};

/** The state of a pull request in words and colour. */
export function pullRequestState({ state }: PullRequest): Html {
  const [kind, text] = PULL_REQUEST_STATES[state];
  return html`<span class="state ${kind}">${text}</span>`;
}
