import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Project, ProjectSummary } from '../../../shared/api/project.ts';
import { ActivityState } from '../../components/activity-state.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Ago } from '../../components/time.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';
import { countsText } from './counts-text.ts';

/** One page of the projects, in the order of the API. */
export function ProjectTable(props: {
  projects: readonly Project[];
  page: number;
  hasMore: boolean;
  onPage: (page: number) => void;
}) {
  const { projects, page, hasMore, onPage } = props;
  const isNarrow = useIsNarrow();
  return (
    <Table
      header={<Header>All projects</Header>}
      pagination={
        (hasMore || page > 1) && (
          <Pagination
            currentPageIndex={page}
            pagesCount={hasMore ? page + 1 : page}
            openEnd={hasMore}
            onChange={({ detail }) => onPage(detail.currentPageIndex)}
          />
        )
      }
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
  { id: 'repository', header: 'Repository', cell: (project) => <Repository project={project} /> },
  { id: 'environments', header: 'Environments', cell: (project) => <Environments project={project} /> },
  { id: 'last', header: 'Last activity', cell: (project) => <LastActivity project={project} /> },
];

const narrowColumns: readonly Column[] = [
  {
    id: 'project',
    header: 'Project',
    isRowHeader: true,
    cell: (project) => (
      <div className="summary">
        <Name project={project} />
        <Repository project={project} />
        <Environments project={project} />
        <LastActivity project={project} />
      </div>
    ),
  },
];

function Name({ project: { id, title } }: { project: Project }) {
  return (
    <div>
      <PageLink to={{ page: 'tree', project: id }}>
        <Foreign text={title} />
      </PageLink>
      <Box variant="small" display="block">
        {id}
      </Box>
    </div>
  );
}

function Repository({ project: { repository } }: { project: Project }) {
  return (
    <div>
      {repository.url === '' ? (
        <Box variant="span" color="text-status-inactive">
          No integration yet
        </Box>
      ) : (
        <Foreign text={repository.url} />
      )}
    </div>
  );
}

function Environments({ project: { status, summary } }: { project: Project }) {
  if (status.code === 'deleting') {
    return (
      <StatusIndicator type="in-progress">
        Deleting: <Foreign text={status.message} />
      </StatusIndicator>
    );
  }
  return <div>{summary ? countsText(summary) : null}</div>;
}

function LastActivity({ project: { id, summary } }: { project: Project }) {
  const last = summary?.last_activity;
  if (!last) return <Box color="text-status-inactive">None</Box>;
  return (
    <div>
      <ActivityState activity={last} /> <Ago at={last.created_at} />
      <div>
        <PageLink to={activityOf(id, last)}>
          <Foreign text={last.because} />
        </PageLink>
      </div>
    </div>
  );
}

function activityOf(project: string, { id, environment }: NonNullable<ProjectSummary['last_activity']>) {
  return { page: 'activity', project, environment, activity: id } as const;
}
