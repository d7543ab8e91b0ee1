import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import type { ReactNode } from 'react';

/** Shows an error of the page itself in place of the page; the bar at the top stays. */
export function PageError({ children }: { children: ReactNode }) {
  return (
    <ErrorBoundary
      onError={() => undefined}
      renderFallback={() => (
        <Alert
          type="error"
          header="The page has an error"
          action={<Button onClick={() => location.reload()}>Reload the page</Button>}
        >
          The environments are not affected. The browser’s console has the details.
        </Alert>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
