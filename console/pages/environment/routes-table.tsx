import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { Deployment } from '../../../shared/api/deployment.ts';
import type { Environment } from '../../../shared/api/environment.ts';
import { useApi } from '../../api/api-context.tsx';
import { deploymentQuery } from '../../api/deployments.ts';
import { Foreign } from '../../components/foreign.tsx';
import { SiteLink } from '../../components/links.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';

/** The routes of an environment's current deployment. */
export function RoutesTable({ environment: { project, id } }: { environment: Environment }) {
  const { data: deployment } = useQuery(deploymentQuery(useApi(), project, id));
  const isNarrow = useIsNarrow();
  const routes = Object.values(deployment?.routes ?? {});
  return (
    <Table
      header={<Header counter={`(${routes.length})`}>Routes</Header>}
      items={routes}
      trackBy="url"
      wrapLines
      empty={<Box textAlign="center">The deployment has no routes</Box>}
      ariaLabels={{ tableLabel: 'Routes' }}
      columnDefinitions={isNarrow ? narrowColumns : columns}
    />
  );
}

type Route = Deployment['routes'][string];

const columns = [
  { id: 'url', header: 'URL', isRowHeader: true, cell: ({ url }: Route) => <SiteLink url={url} /> },
  { id: 'type', header: 'Type', cell: (route: Route) => <Type route={route} /> },
  {
    id: 'primary',
    header: 'Reported to Bitbucket',
    cell: ({ primary }: Route) => (primary ? 'Yes, primary' : 'No'),
  },
];

const narrowColumns = [
  {
    id: 'url',
    header: 'URL',
    isRowHeader: true,
    cell: (route: Route) => (
      <>
        <SiteLink url={route.url} />
        <div className="facts">
          <Type route={route} />
          {route.primary && 'primary'}
        </div>
      </>
    ),
  },
];

function Type({ route }: { route: Route }) {
  if (route.type === 'upstream') return 'upstream';
  return (
    <span>
      redirect to <Foreign text={route.to} />
    </span>
  );
}
