import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import { integrationOperations } from '../../../api/integration-operations.ts';
import { FailureBox } from '../../../components/failure-box.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { WriteButton } from '../../../components/write-button.tsx';
import { CopiedValue } from './copied-value.tsx';

/** The webhook's URL and, when the user asks for it, the secret that signs its deliveries. */
export function WebhookValues({
  project,
  integration: { id, _links },
}: {
  project: string;
  integration: Integration;
}) {
  const [secret, setSecret] = useState<string | null>(null);
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => integrationOperations.hookSecret(api, { project, id }),
    (hook) => setSecret(hook.secret),
    [],
  );
  return (
    <SpaceBetween size="m">
      <CopiedValue label="Webhook URL" text={_links['#hook'].href} />
      {secret === null ? (
        <WriteButton loading={isBusy} disabled={!_links['#hook-secret']} onClick={() => run(null)}>
          Show the secret
        </WriteButton>
      ) : (
        <CopiedValue label="Webhook secret" text={secret} />
      )}
      {failure && <FailureBox failure={failure} />}
    </SpaceBetween>
  );
}
