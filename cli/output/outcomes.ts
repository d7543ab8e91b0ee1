import type { Activity } from '../api/resources.ts';
import { printable } from './text.ts';

/** True for an activity with the result `success`. */
export function hasSucceeded({ result }: Activity): boolean {
  return result === 'success';
}

/** An activity's id and text: `[2fpmmqmgxjwcz] Push 1a2b3c4 to main`. */
export function activityLabel({ id, text }: Activity): string {
  return `[${id}] ${printable(text)}`;
}

/** A state without underscores: `in progress`. */
export function formatState(state: string): string {
  return state.replaceAll('_', ' ');
}

/** Counts states: `2 complete, 1 in progress`. */
export function formatStates(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  const texts = [...counts].map(([state, count]) => [count, formatState(state)] as const);
  return texts.map(([count, text]) => (texts.length > 1 ? `${count} ${text}` : text)).join(', ');
}

/** The commands that follow activities without waiting for them. */
export function howToFollow(activities: readonly Activity[]): string {
  const commands = activities.map(({ id }) => `bough activity:log ${id}`);
  if (commands.length === 1) return `To follow the activity, run: ${commands[0]}`;
  return ['To follow the activities, run:', ...commands.map((command) => `  ${command}`)].join('\n');
}

/** The result of one activity; a failure's reason is on a second line. */
export function outcomeOf(activity: Activity): string {
  return `The activity ${verbs[resultOf(activity)].one}: ${activityLabel(activity)}${reason(activity, '  ')}`;
}

/** The results of several activities, numbered in their order. */
export function outcomesOf(activities: readonly Activity[]): string {
  const numbered = activities.map((activity, index) => ({ activity, number: index + 1 }));
  return results
    .flatMap((result) => {
      const of = numbered.filter(({ activity }) => resultOf(activity) === result);
      if (of.length === 0) return [];
      return [
        `${of.length}/${activities.length} activities ${verbs[result].several}:`,
        ...of.map(
          ({ activity, number }) => `  #${number} ${activityLabel(activity)}${reason(activity, '     ')}`,
        ),
      ];
    })
    .join('\n');
}

const results = ['success', 'cancelled', 'failure'] as const;
type Result = (typeof results)[number];

const verbs: Record<Result, { one: string; several: string }> = {
  success: { one: 'succeeded', several: 'succeeded' },
  cancelled: { one: 'was cancelled', several: 'were cancelled' },
  failure: { one: 'failed', several: 'failed' },
};

function resultOf(activity: Activity): Result {
  if (activity.state === 'cancelled') return 'cancelled';
  return hasSucceeded(activity) ? 'success' : 'failure';
}

function reason(activity: Activity, indent: string): string {
  return hasSucceeded(activity) ? '' : `\n${indent}${printable(activity.payload.because)}`;
}
