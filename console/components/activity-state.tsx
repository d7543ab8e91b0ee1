import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Activity } from '../../shared/api/activity.ts';

/** The state of an activity or, when it has ended, its result, in words and colour. */
export function ActivityState({ activity }: { activity: Pick<Activity, 'state' | 'result'> }) {
  const { type, text } = indicatorOf(activity);
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

function indicatorOf(activity: Pick<Activity, 'state' | 'result'>): {
  type: StatusIndicatorProps.Type;
  text: string;
} {
  switch (activity.state) {
    case 'pending':
      return { type: 'pending', text: 'Pending' };
    case 'in_progress':
      return { type: 'in-progress', text: 'In progress' };
    case 'cancelled':
      return { type: 'stopped', text: 'Cancelled' };
    case 'complete':
      return activity.result === 'failure'
        ? { type: 'error', text: 'Failed' }
        : { type: 'success', text: 'Succeeded' };
  }
}
