import type { Phase, Progress } from '../../../shared/domain/environments/progress.ts';
import { shortCommit } from '../../../shared/domain/values/commit.ts';
import { withoutSecrets } from '../../../shared/domain/values/redact.ts';
import { secondsBetween } from '../../../shared/domain/values/time.ts';
import { type Content, type Markup, markup } from '../framework/markup.ts';

const labels: Record<Phase, { word: string; look: 'ready' | 'moving' | 'waiting' | 'failed' | 'idle' }> = {
  ready: { word: 'Ready', look: 'ready' },
  deploying: { word: 'Deploying', look: 'moving' },
  updating: { word: 'Updating', look: 'moving' },
  waiting: { word: 'Waiting', look: 'waiting' },
  failed: { word: 'Failed', look: 'failed' },
  stopped: { word: 'Stopped', look: 'waiting' },
  deleting: { word: 'Being deleted', look: 'moving' },
  inactive: { word: 'Not deployed', look: 'idle' },
};

/** The word for a phase. */
export function wordFor(phase: Phase): string {
  return labels[phase].word;
}

/** A phase in words and in colour. */
export function badge(phase: Phase, prefix?: number): Markup {
  const { word, look } = labels[phase];
  return markup`<span class="badge ${look}">${prefix === undefined ? word : `${prefix} ${word.toLowerCase()}`}</span>`;
}

/** The seconds after which a page with this progress is outdated; null when only a user changes it. */
export function refreshOf({ phase, delay }: Progress): number | null {
  if (phase === 'waiting') return delay ? 15 : 60;
  return phase === 'deploying' || phase === 'updating' || phase === 'deleting' ? 5 : null;
}

/** A reason, without what strangers must not see; nothing for null. */
export function reason(because: string | null): Content {
  return because !== null && because !== '' && markup`<p class="reason">${withoutSecrets(because)}</p>`;
}

/** A link to a web page. Any other URL is shown as text. */
export function webLink(url: string, text: Content, look?: 'button'): Markup {
  const href = webUrl(url);
  if (href === null) return markup`<span>${text}</span>`;
  return look ? markup`<a class="${look}" href="${href}">${text}</a>` : markup`<a href="${href}">${text}</a>`;
}

/** The URL of a web page without credentials; null for anything else. */
export function webUrl(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (!/^https?:$/.test(parsed.protocol)) return null;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

/** The beginning of a commit's id. */
export function commitCode(commit: string): Markup {
  return markup`<code>${shortCommit(commit)}</code>`;
}

/** A point in time as its distance from now. */
export function ageOf(time: string, now: string): Markup {
  return markup`<time datetime="${time}" title="${utc(time)}">${distance(time, now)}</time>`;
}

/** A point in time, such as `2026-11-22 10:00 UTC`. */
export function utc(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

function distance(time: string, now: string): string {
  const seconds = secondsBetween(now, time);
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return seconds > 0 ? 'in a moment' : 'just now';
}

/** A duration, such as `2 min 5 s`. */
export function durationOf(from: string, to: string): string {
  const seconds = Math.max(0, Math.round(secondsBetween(from, to)));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The note about the reload of a page. */
export function reloadNote(refresh: number | null, now: string): Markup {
  const interval =
    refresh === null ? 'Reload the page for news.' : `The page reloads itself every ${refresh} seconds.`;
  return markup`<p class="soft small">As of ${utc(now)}. ${interval}</p>`;
}
