import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { Environment } from '../../../shared/api/environment.ts';
import { useApi } from '../../api/api-context.tsx';
import { environmentsQuery } from '../../api/environments.ts';
import { projectQuery } from '../../api/projects.ts';
import { EnvironmentStatus } from '../../components/environment-status.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';

/** A project: the tree of its environments. */
export function TreePage({ project: id }: { project: string; query: URLSearchParams }) {
  const api = useApi();
  const project = useQuery(projectQuery(api, id));
  const environments = useQuery(environmentsQuery(api, id));
  const title = project.data?.title;
  return (
    <Page title={title ?? id} heading={<Foreign text={title ?? id} />} crumbs={crumbsOfProject(id, title)}>
      <Loaded query={environments}>{(list) => <EnvironmentTable project={id} environments={list} />}</Loaded>
    </Page>
  );
}

function EnvironmentTable({
  project,
  environments,
}: {
  project: string;
  environments: readonly Environment[];
}) {
  return (
    <Table
      header={<Header counter={`(${environments.length})`}>Environments</Header>}
      items={environments}
      trackBy="id"
      empty="No environment yet"
      columnDefinitions={[
        {
          id: 'name',
          header: 'Name',
          isRowHeader: true,
          cell: ({ id }) => (
            <PageLink to={{ page: 'environment', project, environment: id }}>
              <Foreign text={id} />
            </PageLink>
          ),
        },
        { id: 'title', header: 'Title', cell: ({ title }) => <Foreign text={title} /> },
        { id: 'status', header: 'Status', cell: ({ status }) => <EnvironmentStatus status={status} /> },
        { id: 'age', header: 'Updated', cell: ({ updated_at }) => <Ago at={updated_at} /> },
      ]}
    />
  );
}
