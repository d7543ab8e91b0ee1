import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Activity } from '../../shared/api/activity.ts';
import { ActivityState } from './activity-state.tsx';
import { Foreign } from './foreign.tsx';
import { PageLink } from './links.tsx';
import { RunTime } from './run-time.tsx';
import { Ago } from './time.tsx';
import { useIsNarrow } from './use-is-narrow.ts';

/** The activities of an environment, an integration or a project, newest first. */
export function ActivitiesTable({ activities }: { activities: readonly Activity[] }) {
  const isNarrow = useIsNarrow();
  return (
    <Table
      header={<Header>Activities</Header>}
      items={activities}
      trackBy="id"
      wrapLines
      empty={<Box textAlign="center">No activity yet</Box>}
      ariaLabels={{ tableLabel: 'Activities' }}
      columnDefinitions={isNarrow ? [summaryColumn] : columns}
    />
  );
}

type Column = TableProps.ColumnDefinition<Activity>;

const columns: readonly Column[] = [
  { id: 'state', header: 'Result', minWidth: 130, cell: (activity) => <ActivityState activity={activity} /> },
  {
    id: 'text',
    header: 'Activity',
    isRowHeader: true,
    minWidth: 200,
    cell: (activity) => <Name activity={activity} />,
  },
  { id: 'because', header: 'Because', cell: ({ payload }) => <Foreign text={payload.because} /> },
  { id: 'created', header: 'Created', cell: ({ created_at }) => <Ago at={created_at} /> },
  { id: 'ran', header: 'Ran', cell: (activity) => <RunTime activity={activity} /> },
];

const summaryColumn: Column = {
  id: 'activity',
  header: 'Activity',
  isRowHeader: true,
  cell: (activity) => (
    <div className="summary">
      <Name activity={activity} />
      <div>
        <Foreign text={activity.payload.because} />
      </div>
      <div className="facts">
        <ActivityState activity={activity} />
        <Ago at={activity.created_at} />
        <RunTime activity={activity} />
      </div>
    </div>
  ),
};

function Name({ activity: { id, project, environments, text } }: { activity: Activity }) {
  return (
    <PageLink to={{ page: 'activity', project, environment: environments[0] ?? null, activity: id }}>
      <Foreign text={text} />
    </PageLink>
  );
}
