import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { EnvironmentRow } from '../../shared/api/environment.ts';

/** The condition of an environment at a glance: the status, or a reason to look closer. */
export type Condition = 'active' | 'progress' | 'waiting' | 'failed' | 'inactive' | 'deleting';

/** All conditions, in the order of their chips. */
export const conditions = ['active', 'progress', 'waiting', 'failed', 'inactive', 'deleting'] as const;

/** The words for a condition. */
export const conditionText: Readonly<Record<Condition, string>> = {
  active: 'Active',
  progress: 'In progress',
  waiting: 'Waiting',
  failed: 'Failed',
  inactive: 'Inactive',
  deleting: 'Deleting',
};

const indicators: Readonly<Record<Condition, StatusIndicatorProps.Type>> = {
  active: 'success',
  progress: 'in-progress',
  waiting: 'pending',
  failed: 'error',
  inactive: 'stopped',
  deleting: 'in-progress',
};

/** The condition of an environment. A failure is shown until something else is tried. */
export function conditionOf(
  environment: Pick<EnvironmentRow, 'status' | 'last_result' | 'waiting'>,
): Condition {
  const { status, last_result, waiting } = environment;
  if (status === 'deleting') return 'deleting';
  if (waiting) return 'waiting';
  if (status === 'dirty') return 'progress';
  return last_result === 'failure' ? 'failed' : status;
}

/** The condition of an environment, in words and colour. */
export function EnvironmentStatus({ environment }: { environment: Parameters<typeof conditionOf>[0] }) {
  const condition = conditionOf(environment);
  return <StatusIndicator type={indicators[condition]}>{conditionText[condition]}</StatusIndicator>;
}
