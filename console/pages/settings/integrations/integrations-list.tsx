import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';
import type { Integration } from '../../../../shared/api/integration.ts';
import { useApi } from '../../../api/api-context.tsx';
import { integrationsQuery } from '../../../api/integrations.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { PageLink } from '../../../components/links.tsx';
import { Loaded } from '../../../components/loaded.tsx';
import { Ago } from '../../../components/time.tsx';
import { WriteButton } from '../../../components/write-button.tsx';
import { addressOf } from '../../../shell/routes.ts';
import { repositoryOf, titleOfType } from './integration-type.ts';
import { TypeCards } from './type-cards.tsx';

/** The integrations of a project, or the two kinds to choose from. */
export function IntegrationsList({ project }: { project: string }) {
  const query = useQuery(integrationsQuery(useApi(), project));
  const isFull = (query.data?.length ?? 0) > 0;
  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description="An integration links a Bitbucket repository: each of its branches and pull requests gets an environment."
        actions={
          <WriteButton
            variant="primary"
            disabled={isFull}
            disabledReason="The project has an integration already: a project has one repository"
            {...(isFull
              ? {}
              : { href: addressOf({ page: 'settings', project, section: ['integrations', 'add'] }) })}
          >
            + Add integration
          </WriteButton>
        }
      >
        Integrations
      </Header>
      <Loaded query={query}>
        {(integrations) =>
          integrations.length === 0 ? (
            <TypeCards project={project} />
          ) : (
            <SpaceBetween size="m">
              {integrations.map((integration) => (
                <Summary key={integration.id} project={project} integration={integration} />
              ))}
            </SpaceBetween>
          )
        }
      </Loaded>
    </SpaceBetween>
  );
}

function Summary({ project, integration }: { project: string; integration: Integration }) {
  const { id, type, held_back, last_delivery_at } = integration;
  return (
    <Container
      header={
        <Header variant="h3" description={titleOfType(type)}>
          <PageLink to={{ page: 'settings', project, section: ['integrations', id] }}>
            <Foreign text={repositoryOf(integration)} />
          </PageLink>
        </Header>
      }
    >
      <SpaceBetween size="xs">
        {held_back && (
          <StatusIndicator type="warning">
            <Foreign text={held_back.because} />
          </StatusIndicator>
        )}
        <Box color="text-body-secondary">
          {last_delivery_at === null ? (
            'No delivery from Bitbucket yet'
          ) : (
            <>
              Last delivery from Bitbucket: <Ago at={last_delivery_at} />
            </>
          )}
        </Box>
      </SpaceBetween>
    </Container>
  );
}
