import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { integrationOperations } from '../../../api/integration-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { PageLink } from '../../../components/links.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { open } from '../../../shell/location.ts';
import { useNotices } from '../../../shell/notices.tsx';
import { IntegrationForm } from './integration-form.tsx';
import { type IntegrationType, titleOfType } from './integration-type.ts';
import { TypeCards } from './type-cards.tsx';

/** Adds an integration: the choice of the kind, then its form. */
export function AddIntegration({ project, type }: { project: string; type: IntegrationType | null }) {
  return (
    <SpaceBetween size="l">
      <Header variant="h2">{type === null ? 'Add integration' : `Add ${titleOfType(type)}`}</Header>
      {type === null ? <TypeCards project={project} /> : <NewIntegration project={project} type={type} />}
    </SpaceBetween>
  );
}

function NewIntegration({ project, type }: { project: string; type: IntegrationType }) {
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite(
    (api, input: object) => integrationOperations.add(api, project, input),
    ({ _embedded: { entity } }) => {
      open({ page: 'settings', project, section: ['integrations', entity.id] });
      notices.add({
        type: 'success',
        header: 'The integration is added',
        content: (
          <>
            Its branches and pull requests become environments.{' '}
            <PageLink to={{ page: 'tree', project }}>Open the environments</PageLink>
          </>
        ),
      });
    },
    queriesOf(project),
  );
  return (
    <IntegrationForm
      type={type}
      before={null}
      submitText="Add integration"
      cancel={{ page: 'settings', project, section: ['integrations'] }}
      isBusy={isBusy}
      failure={failure}
      onSubmit={run}
    />
  );
}
