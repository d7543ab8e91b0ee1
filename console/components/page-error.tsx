import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../shell/location.ts';
import { addressOf } from '../shell/routes.ts';

/** Shows an error of the page itself in place of the page. The bar at the top stays, and another page starts afresh. */
export function PageError({ children }: { children: ReactNode }) {
  const address = addressOf(usePlace().route);
  const [failedAt, setFailedAt] = useState<string | null>(null);
  const [errors, setErrors] = useState(0);
  if (failedAt !== null && failedAt !== address) {
    setFailedAt(null);
    setErrors(errors + 1);
  }
  return (
    <ErrorBoundary
      // A key by the address alone would take the focus at each change of the address.
      key={errors}
      onError={() => setFailedAt(address)}
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
