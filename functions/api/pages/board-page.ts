import { type Environment, isDefault } from '../../../shared/domain/environments/environment.ts';
import { type Phase, progressOf } from '../../../shared/domain/environments/progress.ts';
import { primaryRoute } from '../../../shared/domain/environments/routes.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { shown } from '../../../shared/domain/values/text.ts';
import { type Content, type Markup, markup } from '../framework/markup.ts';
import type { Page } from './document.ts';
import { ageOf, badge, commitCode, reloadNote, webLink, webUrl } from './elements.ts';

/** An environment on the board. */
export interface BoardRow {
  environment: Environment;
  /** Its status page; null when its name is too long for a link. */
  statusUrl: string | null;
  /** The web page of its pull request; null for a branch. */
  pullRequestUrl: string | null;
}

/** The content of a board. */
export interface Board {
  project: Pick<Project, 'title'>;
  integration: Integration;
  rows: readonly BoardRow[];
  /** True when the project has more environments than rows. */
  hasMore: boolean;
  now: string;
}

/** Seconds between two readings of a board by a browser. */
const refreshSeconds = 30;

interface Entry extends BoardRow {
  phase: Phase;
}

/** The board of a project: its environments, those that need attention first. */
export function boardPage({ project, integration, rows, hasMore, now }: Board): Page {
  const entries = rows
    .map((row) => ({ ...row, phase: progressOf(row.environment, integration).phase }))
    .sort(newestFirst);
  const sections = titles.map((title) => ({
    title,
    entries: entries.filter((entry) => sectionOf(entry) === title),
  }));
  return {
    title: `${project.title}: environments`,
    refresh: refreshSeconds,
    body: markup`<main class="wide">
<header>
<p class="soft small">${project.title}</p>
<h1>Environments</h1>
${counts(entries)}
</header>
${entries.length === 0 && empty}
${sections.filter((section) => section.entries.length > 0).map((section) => sectionMarkup(section, now))}
${hasMore && markup`<p>The project has more environments. The board shows ${rows.length}: those of pull requests first.</p>`}
${reloadNote(refreshSeconds, now)}
</main>`,
  };
}

const titles = ['Production', 'Needs attention', 'In progress', 'Ready', 'Not deployed'] as const;
type Title = (typeof titles)[number];

function sectionOf({ environment, phase }: Entry): Title {
  return isDefault(environment) ? 'Production' : sectionOfPhase[phase];
}

const sectionOfPhase: Record<Phase, Title> = {
  failed: 'Needs attention',
  stopped: 'Needs attention',
  waiting: 'Needs attention',
  deploying: 'In progress',
  updating: 'In progress',
  deleting: 'In progress',
  ready: 'Ready',
  inactive: 'Not deployed',
};

/** The phases in the order of the sections. */
const order: readonly Phase[] = [
  'failed',
  'stopped',
  'waiting',
  'deploying',
  'updating',
  'deleting',
  'ready',
  'inactive',
];

const empty = markup`<div class="card">
<h2>No environment yet</h2>
<p>An environment appears here for each branch and each open pull request.</p>
</div>`;

/** Newest first; environments of the same moment in the order of their names. */
function newestFirst({ environment: one }: BoardRow, { environment: other }: BoardRow): number {
  if (one.updated_at !== other.updated_at) return one.updated_at < other.updated_at ? 1 : -1;
  return one.id < other.id ? -1 : 1;
}

function counts(entries: readonly Entry[]): Content {
  if (entries.length === 0) return null;
  const phases = order.filter((phase) => entries.some((entry) => entry.phase === phase));
  return markup`<ul class="counts" aria-label="Environments by status">${phases.map((phase) => {
    const count = entries.filter((entry) => entry.phase === phase).length;
    return markup`<li>${badge(phase, count)}</li>`;
  })}</ul>`;
}

function sectionMarkup(
  { title, entries }: { title: string; entries: readonly Entry[] },
  now: string,
): Markup {
  return markup`<section>
<h2>${title}</h2>
<ul class="rows">
${entries.map((entry) => rowMarkup(entry, now))}
</ul>
</section>`;
}

function rowMarkup({ environment, phase, statusUrl, pullRequestUrl }: Entry, now: string): Markup {
  const { id, title, updated_at, deployment, head_commit } = environment;
  const name = shown(title || id);
  const commit = deployment?.commit ?? head_commit;
  return markup`<li>
<div class="name">${statusUrl === null ? markup`<strong>${name}</strong>` : markup`<a href="${statusUrl}"><strong>${name}</strong></a>`}
<div class="soft small">${title !== id && markup`${shown(id)} · `}${originOf(environment, pullRequestUrl)}${commit !== null && commitCode(commit)}</div></div>
<div>${badge(phase)}</div>
<div class="soft small">${ageOf(updated_at, now)}</div>
<div class="open">${openLink(environment)}</div>
</li>
`;
}

function originOf({ pull_request }: Environment, url: string | null): Content {
  if (!pull_request) return null;
  const label = `pull request #${pull_request.number}`;
  return markup`${url === null ? label : webLink(url, label)} · `;
}

function openLink({ id, deployment }: Environment): Content {
  const url = primaryRoute(deployment?.routes ?? [])?.url;
  const href = url === undefined ? null : webUrl(url);
  return href !== null && markup`<a href="${href}" aria-label="Open ${shown(id)}">Open</a>`;
}
