import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Project } from '../../../shared/api/project.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Ago } from '../../components/time.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';

/** The projects, in the order of the API. */
export function ProjectTable({ projects }: { projects: readonly Project[] }) {
  const isNarrow = useIsNarrow();
  return (
    <Table
      header={<Header counter={`(${projects.length})`}>All projects</Header>}
      items={projects}
      trackBy="id"
      wrapLines
      ariaLabels={{ tableLabel: 'Projects' }}
      columnDefinitions={isNarrow ? narrowColumns : columns}
    />
  );
}

type Column = TableProps.ColumnDefinition<Project>;

const columns: readonly Column[] = [
  { id: 'title', header: 'Project', isRowHeader: true, cell: (project) => <Name project={project} /> },
  { id: 'id', header: 'ID', cell: ({ id }) => <Foreign text={id} /> },
  { id: 'repository', header: 'Repository', cell: (project) => <Repository project={project} /> },
  { id: 'status', header: 'Status', cell: (project) => <Status project={project} /> },
  { id: 'created', header: 'Created', cell: ({ created_at }) => <Ago at={created_at} /> },
];

const narrowColumns: readonly Column[] = [
  {
    id: 'project',
    header: 'Project',
    isRowHeader: true,
    cell: (project) => (
      <div className="summary">
        <Name project={project} />
        <div>
          <Repository project={project} />
        </div>
        <Status project={project} />
      </div>
    ),
  },
];

function Name({ project: { id, title } }: { project: Project }) {
  return (
    <PageLink to={{ page: 'tree', project: id }}>
      <Foreign text={title} />
    </PageLink>
  );
}

function Repository({ project: { repository } }: { project: Project }) {
  if (repository.url !== '') return <Foreign text={repository.url} />;
  return <Box color="text-status-inactive">No integration yet</Box>;
}

function Status({ project: { status } }: { project: Project }) {
  if (status.code === 'active') return <StatusIndicator type="success">Active</StatusIndicator>;
  return (
    <StatusIndicator type="in-progress">
      Deleting: <Foreign text={status.message} />
    </StatusIndicator>
  );
}
