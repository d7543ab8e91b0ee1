import { repositoryPath } from '../addresses.ts';
import type { Repository } from '../store/records.ts';
import { type Content, html } from './html.ts';
import type { Crumb } from './page.ts';
import { oneLine } from './parts.ts';

/** The parts of a repository that have a tab. */
export type Tab = 'overview' | 'commits' | 'branches' | 'pull-requests';

/** The pages above those of a repository: its workspace and itself. */
export function trailTo(repository: Repository): Crumb[] {
  const { workspace, slug } = repository;
  return [
    { text: workspace, path: `/${workspace}` },
    { text: slug, path: repositoryPath(repository) },
  ];
}

/** The tabs of a repository, with the number of open pull requests. */
export function tabsOf(repository: Repository, current: Tab): Content {
  const path = repositoryPath(repository);
  const open = repository.pullRequests.filter(({ state }) => state === 'OPEN').length;
  const count = html` <span class="count">${open} open</span>`;
  const tabs: readonly (readonly [Tab, string, string, Content])[] = [
    ['overview', path, 'Overview', undefined],
    ['commits', `${path}/commits`, 'Commits', undefined],
    ['branches', `${path}/branches`, 'Branches', undefined],
    ['pull-requests', `${path}/pull-requests`, 'Pull requests', count],
  ];
  const links = tabs.map(([tab, href, text, more]) =>
    tab === current
      ? html`<a href="${href}" aria-current="page">${text}${more}</a>`
      : html`<a href="${href}">${text}${more}</a>`,
  );
  return html`<nav class="tabs" aria-label="${oneLineName(repository)}">${links}</nav>`;
}

function oneLineName({ workspace, slug }: Repository): string {
  return `Repository ${workspace}/${slug}`;
}

/** A repository in a list. */
export function repositoryRow(repository: Repository): Content {
  const name = `${repository.workspace}/${repository.slug}`;
  return html`<div class="main"><div><a href="${repositoryPath(repository)}">${name}</a></div>
<div class="small">${oneLine(repository.description)}</div></div>`;
}
