import { useSyncExternalStore } from 'react';

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

/** A time of day, such as 12:01. */
export function TimeOfDay({ at }: { at: number }) {
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{timeOfDay.format(date)}</time>;
}

/** The age of something, such as "3 minutes ago". The title has the date and the time. */
export function Ago({ at }: { at: string }) {
  const now = useMinutes();
  const date = new Date(at);
  return (
    <time dateTime={at} title={dateAndTime.format(date)}>
      {agoText(date.getTime(), now)}
    </time>
  );
}

/** A date with its time. */
export function DateAndTime({ at }: { at: string }) {
  return <time dateTime={at}>{dateAndTime.format(new Date(at))}</time>;
}

/** A duration, such as "1 min 5 s". */
export function Duration({ seconds }: { seconds: number | null }) {
  return seconds === null ? '–' : durationText(Math.round(seconds));
}

/** How long something has taken so far, such as "2 min so far". */
export function Elapsed({ since }: { since: string }) {
  const seconds = Math.round((useMinutes() - Date.parse(since)) / 1000);
  if (seconds < 60) return 'less than a minute so far';
  return `${durationText(seconds - (seconds % 60)).replace(/ 0 s$/, '')} so far`;
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const units = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const;

function agoText(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  for (const [length, unit] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 30 ? 'in less than a minute' : 'just now';
}

let minute = Date.now();

/** The current time, which changes twice a minute while the tab is shown. */
function useMinutes(): number {
  return useSyncExternalStore(onTick, () => minute);
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  if (document.hidden) return;
  minute = Date.now();
  for (const listener of listeners) listener();
}

function onTick(listener: () => void) {
  if (listeners.size === 0) {
    minute = Date.now();
    timer = setInterval(tick, 30_000);
    document.addEventListener('visibilitychange', tick);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
