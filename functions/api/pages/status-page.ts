import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { type Phase, type Progress, progressOf } from '../../../shared/domain/environments/progress.ts';
import { primaryRoute, type Route } from '../../../shared/domain/environments/routes.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { gracePeriodEnd } from '../../../shared/domain/rules/grace-period.ts';
import { withoutSecrets } from '../../../shared/domain/values/redact.ts';
import { type Content, type Markup, markup } from '../framework/markup.ts';
import { hasEnded } from '../views/activity.ts';
import type { Page } from './document.ts';
import {
  ageOf,
  badge,
  commitCode,
  durationOf,
  reason,
  refreshOf,
  reloadNote,
  utc,
  webLink,
  webUrl,
  wordFor,
} from './elements.ts';

/** An activity on a page, with the URL of its log. */
export interface ShownActivity {
  activity: FinishedActivity;
  logUrl: string;
}

/** The content of a status page. */
export interface StatusPage {
  project: Pick<Project, 'title'>;
  integration: Integration;
  environment: Environment;
  /** The web page of the pull request; null for a branch. */
  pullRequestUrl: string | null;
  /** The current activity, or the last deployment; null when there is none, or its record has expired. */
  last: ShownActivity | null;
  /** The deployment that the link is about, when that is not the last one. */
  linked: ShownActivity | null;
  now: string;
}

/** The status page of an environment. */
export function statusPage(content: StatusPage): Page {
  const { project, integration, environment, now, last, linked } = content;
  const progress = progressOf(environment, integration);
  const refresh = refreshOf(progress);
  return {
    title: `${wordFor(progress.phase)}: ${environment.title || environment.id}`,
    refresh,
    body: markup`<main>
<header>
<p class="soft small">${project.title}</p>
<h1>${environment.title || environment.id}</h1>
${environment.title !== environment.id && markup`<p class="soft">${environment.id}</p>`}
</header>
<section class="card" aria-label="Status">
<p>${badge(progress.phase)}</p>
<p>${sentenceOf(progress, environment)}</p>
${reason(progress.because)}
${delayNote(progress, now)}
${urls(environment)}
${last && phaseNeedsLog(progress.phase) && markup`<p><a href="${last.logUrl}">Read the log</a></p>`}
</section>
${linked && activityCard('The deployment of this link', linked, now)}
${last && activityCard('Last activity', last, now, { because: progress.because, hasLog: phaseNeedsLog(progress.phase) })}
<section class="card" aria-labelledby="about">
<h2 id="about">About this environment</h2>
${facts(content)}
</section>
${reloadNote(refresh, now)}
</main>`,
  };
}

/** The page of a deleted environment, whose build statuses may still link to it. */
export function deletedPage(id: string, linked: ShownActivity, now: string): Page {
  return {
    title: `Deleted: ${id}`,
    body: markup`<main>
<header><h1>${id}</h1></header>
<section class="card" aria-label="Status">
<p><span class="badge idle">Deleted</span></p>
<p>The environment does not exist any more: its branch or its pull request is gone, or a user deleted it.</p>
</section>
${activityCard('The deployment of this link', linked, now)}
</main>`,
  };
}

function phaseNeedsLog(phase: Phase): boolean {
  return phase !== 'ready' && phase !== 'inactive';
}

function sentenceOf({ phase, delay }: Progress, { deployment, head_commit }: Environment): string {
  const still = deployment ? ' The previous version stays online.' : '';
  switch (phase) {
    case 'ready':
      return 'The environment is deployed.';
    case 'deploying':
      return deployment ? `A new version is being deployed.${still}` : 'The first version is being deployed.';
    case 'updating':
      return 'The environment is being updated.';
    case 'waiting':
      return delay
        ? `A limit or an outage delays the work. It goes on by itself.${still}`
        : `A user decides how this goes on.${still}`;
    case 'failed':
      return `The last deployment failed.${still}`;
    case 'stopped':
      return `The last deployment was stopped.${still}`;
    case 'deleting':
      return 'The environment is being deleted.';
    case 'inactive':
      return head_commit === null
        ? 'The environment has no code yet.'
        : 'The environment has code and is not deployed.';
  }
}

function delayNote({ delay }: Progress, now: string): Content {
  if (!delay) return null;
  const { since, next_try } = delay;
  return markup`<p class="soft small">Waiting since ${ageOf(since, now)}; next try ${ageOf(next_try, now)}.</p>`;
}

/** The primary URL as a button, and the other routes as a list. */
function urls({ deployment }: Environment): Content {
  if (!deployment) return null;
  const primary = primaryRoute(deployment.routes);
  const others = deployment.routes.filter((route) => route !== primary);
  return [
    primary && primaryLink(primary),
    others.length > 0 &&
      markup`<ul class="small" aria-label="Other URLs">${others.map((route) => markup`<li>${routeLink(route)}</li>`)}</ul>`,
  ];
}

function primaryLink({ url }: Route): Markup {
  if (webUrl(url) === null) return markup`<p>${withoutSecrets(url)}</p>`;
  return markup`<p>${webLink(url, 'Open the environment', 'button')}</p><p class="small">${urlLink(url)}</p>`;
}

function routeLink({ url, type, to }: Route): Markup {
  const target = type === 'redirect' && to !== undefined && markup` → ${urlLink(to)}`;
  return markup`${urlLink(url)}${target}`;
}

/** A URL as its own link, without credentials. */
function urlLink(url: string): Markup {
  return webLink(url, webUrl(url) ?? withoutSecrets(url));
}

/** @param above the reason and the link to the log that the page shows already */
function activityCard(
  title: string,
  { activity, logUrl }: ShownActivity,
  now: string,
  above: { because: string | null; hasLog: boolean } = { because: null, hasLog: false },
): Markup {
  const { text, because, commit, created_at, started_at, completed_at, delay } = activity;
  const why = delay?.because ?? because;
  return markup`<section class="card">
<h2>${title}</h2>
<p><strong>${withoutSecrets(text)}</strong></p>
<dl>
<dt>Result</dt><dd>${resultOf(activity)}</dd>
${why !== above.because && markup`<dt>Because</dt><dd class="lines">${withoutSecrets(why)}</dd>`}
${commit !== null && markup`<dt>Commit</dt><dd>${commitCode(commit)}</dd>`}
${started_at === null ? markup`<dt>Created</dt><dd>${ageOf(created_at, now)}</dd>` : markup`<dt>Started</dt><dd>${ageOf(started_at, now)}</dd>`}
${started_at !== null && completed_at !== null && markup`<dt>Took</dt><dd>${durationOf(started_at, completed_at)}</dd>`}
${!above.hasLog && markup`<dt>Log</dt><dd><a href="${logUrl}">Read the log</a></dd>`}
</dl>
</section>`;
}

function resultOf(activity: FinishedActivity): string {
  if (!hasEnded(activity)) {
    if (activity.delay) return 'Waiting';
    return activity.state === 'in_progress' ? 'In progress' : 'Queued';
  }
  if (activity.state === 'cancelled') return 'Cancelled';
  return activity.result === 'success' ? 'Succeeded' : 'Failed';
}

function facts({ environment, integration, pullRequestUrl, now }: StatusPage): Markup {
  const { type, parent, head_commit, deployment, created_at } = environment;
  const goes = gracePeriodEnd(environment, integration);
  return markup`<dl>
<dt>Type</dt><dd>${type}</dd>
${pullRequestFact(environment, pullRequestUrl)}
${parent !== null && markup`<dt>Parent</dt><dd>${parent}</dd>`}
${head_commit !== null && markup`<dt>Newest commit</dt><dd>${commitCode(head_commit)}</dd>`}
${deployment && markup`<dt>Deployed</dt><dd>${commitCode(deployment.commit)}, ${ageOf(deployment.created_at, now)}</dd>`}
<dt>Created</dt><dd>${ageOf(created_at, now)}</dd>
${goes !== null && markup`<dt>Goes</dt><dd>after ${utc(goes)}, because its branch is deleted</dd>`}
</dl>`;
}

function pullRequestFact({ pull_request }: Environment, url: string | null): Content {
  if (!pull_request) return null;
  const { number, source_branch, target_branch, fork } = pull_request;
  const label = `#${number}`;
  const source = fork ? `${fork.repository}: ${source_branch}` : source_branch;
  return markup`<dt>Pull request</dt><dd>${url === null ? label : webLink(url, label)} ${source} → ${target_branch}</dd>`;
}
