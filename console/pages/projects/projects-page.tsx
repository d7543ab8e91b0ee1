import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '../../../shared/api/project.ts';
import { useApi } from '../../api/api-context.tsx';
import { projectsQuery } from '../../api/projects.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink, SiteLink } from '../../components/links.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../shell/page.tsx';

/** All projects. */
export function ProjectsPage() {
  const query = useQuery(projectsQuery(useApi()));
  return (
    <Page title="Projects" crumbs={[]}>
      <Loaded query={query}>{(projects) => <ProjectTable projects={projects} />}</Loaded>
    </Page>
  );
}

function ProjectTable({ projects }: { projects: readonly Project[] }) {
  return (
    <Table
      header={<Header counter={`(${projects.length})`}>Projects</Header>}
      items={projects}
      trackBy="id"
      empty={<Box textAlign="center">No project yet</Box>}
      columnDefinitions={[
        {
          id: 'title',
          header: 'Project',
          isRowHeader: true,
          cell: ({ id, title }) => (
            <PageLink to={{ page: 'tree', project: id }}>
              <Foreign text={title} />
            </PageLink>
          ),
        },
        { id: 'id', header: 'ID', cell: ({ id }) => <Foreign text={id} /> },
        {
          id: 'repository',
          header: 'Repository',
          cell: ({ repository: { url } }) => (url === '' ? '–' : <SiteLink url={url} />),
        },
      ]}
    />
  );
}
