import Alert from '@cloudscape-design/components/alert';
import type { ApiFailure } from '../api/api-failure.ts';
import { foreignText } from './foreign.tsx';

/** The failure of a read that has no earlier data. */
export function FailureBox({ failure }: { failure: ApiFailure }) {
  return (
    <Alert type={failure.isPassing ? 'warning' : 'error'} header={foreignText(failure.message)}>
      {failure.remedy === null ? null : foreignText(failure.remedy)}
      {failure.isPassing ? ' The page tries again by itself.' : null}
    </Alert>
  );
}
