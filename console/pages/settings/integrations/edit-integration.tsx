import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import { integrationOperations } from '../../../api/integration-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { useWrite } from '../../../components/use-write.ts';
import { open } from '../../../shell/location.ts';
import { useNotices } from '../../../shell/notices.tsx';
import type { Route } from '../../../shell/routes.ts';
import { valuesOf } from './form-values.ts';
import { IntegrationForm } from './integration-form.tsx';
import { titleOfType } from './integration-type.ts';
import { StoredIntegration } from './stored-integration.tsx';

/** Changes an integration. */
export function EditIntegration({ project, id }: { project: string; id: string }) {
  return (
    <StoredIntegration project={project} id={id}>
      {(integration) => <Change project={project} integration={integration} />}
    </StoredIntegration>
  );
}

function Change({ project, integration }: { project: string; integration: Integration }) {
  const { id, type } = integration;
  const notices = useNotices();
  // Changes that others make meanwhile are no changes of this form.
  const [before] = useState(() => valuesOf(integration));
  const back: Route = { page: 'settings', project, section: ['integrations', id] };
  const { run, isBusy, failure } = useWrite(
    (api, input: object) => integrationOperations.change(api, { project, id }, input),
    () => {
      open(back);
      notices.add({ type: 'success', header: 'The integration is changed' });
    },
    queriesOf(project),
  );
  return (
    <SpaceBetween size="l">
      <Header variant="h2">Edit {titleOfType(type)}</Header>
      <IntegrationForm
        type={type}
        before={before}
        submitText="Save"
        cancel={back}
        isBusy={isBusy}
        failure={failure}
        onSubmit={(input) => (Object.keys(input).length === 0 ? open(back) : run(input))}
      />
    </SpaceBetween>
  );
}
