import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailureBox } from './failure-box.tsx';
import { useFailure } from './use-failure.ts';

/** The content of a page once its data is read. Later failures do not remove what was read. */
export function Loaded<T>({
  query,
  children,
}: {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isSuccess'>;
  children: (data: T) => ReactNode;
}) {
  const failure = useFailure(query);
  if (query.data !== undefined) return children(query.data);
  if (failure) return <FailureBox failure={failure} />;
  return (
    <Box padding="xl" textAlign="center">
      <Spinner size="large" /> <Box variant="span">Reading…</Box>
    </Box>
  );
}
