import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import type { TableProps } from '@cloudscape-design/components/table';
import { memo } from 'react';
import type { EnvironmentRow } from '../../../shared/api/environment.ts';
import { EnvironmentStatus } from '../../components/environment-status.tsx';
import { typeText } from '../../components/environment-type.ts';
import { Foreign, foreignText } from '../../components/foreign.tsx';
import { isWebUrl, PageLink, SiteLink } from '../../components/links.tsx';
import { PullRequestLink } from '../../components/pull-request-link.tsx';
import { Ago } from '../../components/time.tsx';
import type { Branch } from './forest.ts';

type Column = TableProps.ColumnDefinition<Branch>;

/** The columns of the tree. A narrow screen has one column with all facts. */
export function columnsOf(project: string, isNarrow: boolean): readonly Column[] {
  if (isNarrow) {
    return [{ ...nameColumn(project), cell: ({ row }) => <Summary project={project} row={row} /> }];
  }
  return [nameColumn(project), ...factColumns];
}

function nameColumn(project: string): Column {
  return {
    id: 'name',
    header: 'Name',
    isRowHeader: true,
    sortingField: 'name',
    minWidth: 180,
    maxWidth: 340,
    cell: ({ row }) => <Name project={project} row={row} />,
  };
}

const factColumns: readonly Column[] = [
  {
    id: 'title',
    header: 'Title',
    maxWidth: 220,
    cell: ({ row }) => (row.title === row.id ? <Nothing /> : <Foreign text={row.title} oneLine />),
  },
  { id: 'status', header: 'Status', minWidth: 130, cell: ({ row }) => <Status row={row} /> },
  { id: 'url', header: 'URL', cell: ({ row }) => <OpenLink row={row} /> },
  {
    id: 'pull-request',
    header: 'Pull request',
    minWidth: 100,
    cell: ({ row }) => (row.pull_request ? <PullRequestLink pullRequest={row.pull_request} /> : <Nothing />),
  },
  { id: 'commit', header: 'Commit', cell: ({ row }) => <Commit id={row.head_commit} /> },
  {
    id: 'updated',
    header: 'Updated',
    sortingField: 'newest',
    cell: ({ row }) => <Ago at={row.updated_at} />,
  },
];

const Name = memo(function Name({ project, row }: { project: string; row: EnvironmentRow }) {
  return (
    <span className="name">
      <PageLink to={{ page: 'environment', project, environment: row.id }}>
        <Foreign text={row.id} oneLine />
      </PageLink>
      {row.type !== 'development' && <Badge color="blue">{typeText[row.type]}</Badge>}
    </span>
  );
});

const Status = memo(function Status({ row }: { row: EnvironmentRow }) {
  return (
    <>
      <EnvironmentStatus environment={row} />
      {row.waiting && (
        <Box variant="small" display="block">
          <span className="narrow">
            <Foreign text={row.waiting.because} oneLine />
          </span>
        </Box>
      )}
      {row.goes_at && (
        <Box variant="small" display="block">
          goes <Ago at={row.goes_at} />
        </Box>
      )}
    </>
  );
});

function Commit({ id }: { id: string | null }) {
  return id === null ? <Nothing /> : <code className="code">{foreignText(id.slice(0, 7))}</code>;
}

const OpenLink = memo(function OpenLink({ row: { id, primary_url: url } }: { row: EnvironmentRow }) {
  if (url === null || !isWebUrl(url)) return <Nothing />;
  return (
    <SiteLink url={url} label={`Open ${foreignText(id)} in a new tab`}>
      Open
    </SiteLink>
  );
});

function Nothing() {
  return <span className="nothing">–</span>;
}

const Summary = memo(function Summary({ project, row }: { project: string; row: EnvironmentRow }) {
  return (
    <div className="summary">
      <Name project={project} row={row} />
      {row.title !== row.id && <Foreign text={row.title} oneLine />}
      <div className="facts">
        <Status row={row} />
        {row.pull_request && <PullRequestLink pullRequest={row.pull_request} />}
        <Commit id={row.head_commit} />
        <Ago at={row.updated_at} />
        {row.primary_url !== null && <OpenLink row={row} />}
      </div>
    </div>
  );
});
