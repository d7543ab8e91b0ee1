import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import { useApi } from '../../../api/api-context.tsx';
import { integrationsQuery } from '../../../api/integrations.ts';
import { PageLink } from '../../../components/links.tsx';
import { Loaded } from '../../../components/loaded.tsx';

/** A part of the page that needs an integration. */
export function StoredIntegration({
  project,
  id,
  children,
}: {
  project: string;
  id: string;
  children: (integration: Integration) => ReactNode;
}) {
  const query = useQuery(integrationsQuery(useApi(), project));
  return (
    <Loaded query={query}>
      {(integrations) => {
        const found = integrations.find((integration) => integration.id === id);
        return found ? children(found) : <NoIntegration project={project} />;
      }}
    </Loaded>
  );
}

function NoIntegration({ project }: { project: string }) {
  return (
    <Alert
      type="info"
      header="The project has no such integration"
      action={
        <PageLink to={{ page: 'settings', project, section: ['integrations'] }}>
          Open the integrations
        </PageLink>
      }
    />
  );
}
