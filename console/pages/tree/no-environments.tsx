import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { integrationActivitiesQuery, integrationsQuery } from '../../api/integrations.ts';
import { ActivityState } from '../../components/activity-state.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { addressOf } from '../../shell/routes.ts';

/** A project without environments: it has no integration, or the integration's first fetch goes on. */
export function NoEnvironments({ project }: { project: string }) {
  const integrations = useQuery(integrationsQuery(useApi(), project));
  return (
    <Container>
      <Loaded query={integrations}>
        {([integration]) =>
          integration ? (
            <Fetching project={project} integration={integration.id} />
          ) : (
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <Box variant="h2">No integration yet</Box>
                <Box>
                  Link a Bitbucket repository, and each of its branches and pull requests gets an environment.
                </Box>
                <Button
                  variant="primary"
                  href={addressOf({ page: 'settings', project, section: ['integrations'] })}
                >
                  + Add integration
                </Button>
              </SpaceBetween>
            </Box>
          )
        }
      </Loaded>
    </Container>
  );
}

function Fetching({ project, integration }: { project: string; integration: string }) {
  const activities = useQuery(integrationActivitiesQuery(useApi(), project, integration));
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h2">No environment yet</Box>
        <Box>Environments appear here as soon as the repository is read.</Box>
        <Loaded query={activities}>
          {([latest]) =>
            latest && (
              <SpaceBetween size="xs" direction="horizontal" alignItems="center">
                <ActivityState activity={latest} />
                <PageLink to={{ page: 'activity', project, environment: null, activity: latest.id }}>
                  <Foreign text={latest.text} />
                </PageLink>
              </SpaceBetween>
            )
          }
        </Loaded>
      </SpaceBetween>
    </Box>
  );
}
