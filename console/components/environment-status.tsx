import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Environment } from '../../shared/api/environment.ts';

const indicators: Record<Environment['status'], { type: StatusIndicatorProps.Type; text: string }> = {
  active: { type: 'success', text: 'Active' },
  dirty: { type: 'in-progress', text: 'In progress' },
  inactive: { type: 'stopped', text: 'Inactive' },
  deleting: { type: 'pending', text: 'Deleting' },
};

/** The status of an environment, in words and colour. */
export function EnvironmentStatus({ status }: { status: Environment['status'] }) {
  const { type, text } = indicators[status];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}
