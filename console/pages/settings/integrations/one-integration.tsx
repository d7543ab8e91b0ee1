import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import { useApi } from '../../../api/api-context.tsx';
import { integrationActivitiesQuery } from '../../../api/integrations.ts';
import { ActivitiesTable } from '../../../components/activities-table.tsx';
import { Foreign } from '../../../components/foreign.tsx';
import { Loaded } from '../../../components/loaded.tsx';
import { WriteButton } from '../../../components/write-button.tsx';
import { addressOf } from '../../../shell/routes.ts';
import { BoardBox } from './board-box.tsx';
import { DeleteIntegrationDialog } from './delete-integration-dialog.tsx';
import { Deliveries } from './deliveries.tsx';
import { IntegrationFacts } from './integration-facts.tsx';
import { repositoryOf, titleOfType } from './integration-type.ts';
import { StoredIntegration } from './stored-integration.tsx';
import { useValidation, Validity } from './validity.tsx';
import { Webhook } from './webhook.tsx';

/** An integration with its webhook, its options, its activities and its last deliveries. */
export function OneIntegration({ project, id }: { project: string; id: string }) {
  return (
    <StoredIntegration project={project} id={id}>
      {(integration) => <Content project={project} integration={integration} />}
    </StoredIntegration>
  );
}

function Content({ project, integration }: { project: string; integration: Integration }) {
  const { id, type, held_back, _links } = integration;
  const [isDeleting, setDeleting] = useState(false);
  const validation = useValidation({ project, id });
  const activities = useQuery(integrationActivitiesQuery(useApi(), project, id));
  const to = (part: string) => addressOf({ page: 'settings', project, section: ['integrations', id, part] });
  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description={titleOfType(type)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <WriteButton
              loading={validation.isBusy}
              disabled={!_links['#validate']}
              onClick={validation.start}
            >
              Validate
            </WriteButton>
            <WriteButton href={to('prune')}>Preview prune</WriteButton>
            <WriteButton href={to('edit')}>Edit</WriteButton>
            <WriteButton disabled={!_links['#delete']} onClick={() => setDeleting(true)}>
              Delete
            </WriteButton>
          </SpaceBetween>
        }
      >
        <Foreign text={repositoryOf(integration)} />
      </Header>
      <Validity validation={validation} integration={integration} />
      {held_back && (
        <Alert
          type="warning"
          header="Deletions are held back"
          action={<WriteButton href={to('prune')}>Review them</WriteButton>}
        >
          <Foreign text={held_back.because} />.
        </Alert>
      )}
      <Webhook project={project} integration={integration} isValid={validation.isValid} />
      <BoardBox project={project} integration={integration} />
      <IntegrationFacts integration={integration} />
      <Loaded query={activities}>{(list) => <ActivitiesTable activities={list} />}</Loaded>
      <Deliveries project={project} integration={id} />
      {isDeleting && (
        <DeleteIntegrationDialog
          project={project}
          integration={integration}
          close={() => setDeleting(false)}
        />
      )}
    </SpaceBetween>
  );
}
