import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asFailure } from '../api/api-failure.ts';
import { FailureBox } from './failure-box.tsx';

/** The content of a page once its data is read. Later failures do not remove what was read. */
export function Loaded<T>({
  query: { data, error },
  children,
}: {
  query: Pick<UseQueryResult<T>, 'data' | 'error'>;
  children: (data: T) => ReactNode;
}) {
  if (data !== undefined) return children(data);
  if (error) return <FailureBox failure={asFailure(error)} />;
  return (
    <Box padding="xl" textAlign="center">
      <Spinner size="large" /> <Box variant="span">Reading…</Box>
    </Box>
  );
}
