import Alert from '@cloudscape-design/components/alert';
import { useState } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import type { ApiFailure } from '../../../api/api-failure.ts';
import { type IntegrationId, integrationOperations } from '../../../api/integration-operations.ts';
import { FailureBox } from '../../../components/failure-box.tsx';
import { Foreign } from '../../../components/foreign.tsx';
import { Ago } from '../../../components/time.tsx';
import { useWrite } from '../../../components/use-write.ts';

/** A validation of an integration. */
interface Validation {
  readonly isBusy: boolean;
  readonly isValid: boolean;
  readonly failure: ApiFailure | null;
  start(): void;
}

/** Validates an integration when the user asks for it. */
export function useValidation(integration: IntegrationId): Validation {
  const [isValid, setValid] = useState(false);
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => integrationOperations.validate(api, integration),
    () => setValid(true),
    [],
  );
  return {
    isBusy,
    isValid: isValid && !isBusy && failure === null,
    failure: isBusy ? null : failure,
    start() {
      setValid(false);
      run(null);
    },
  };
}

/** The result of the last validation. */
export function Validity({
  validation: { isValid, failure },
  integration: { last_delivery_at },
}: {
  validation: Validation;
  integration: Integration;
}) {
  if (isValid)
    return (
      <Alert type="success" header="The integration is valid">
        {last_delivery_at === null ? (
          'No delivery from Bitbucket has been received yet.'
        ) : (
          <>
            Last delivery from Bitbucket: <Ago at={last_delivery_at} />.
          </>
        )}
      </Alert>
    );
  if (failure === null) return null;
  const problems = Object.entries(failure.fields);
  if (problems.length === 0) return <FailureBox failure={failure} />;
  return (
    <Alert type="error" header="The integration is not valid">
      <ul className="plain">
        {problems.map(([field, because]) => (
          <li key={field}>
            <code className="code">{field}</code>: <Foreign text={because} />
          </li>
        ))}
      </ul>
    </Alert>
  );
}
