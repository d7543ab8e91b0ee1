import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { Delivery } from '../../../../shared/api/delivery.ts';
import { useApi } from '../../../api/api-context.tsx';
import { deliveriesQuery } from '../../../api/integrations.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { PageLink } from '../../../components/links.tsx';
import { Loaded } from '../../../components/loaded.tsx';
import { Ago, TimeOfDay } from '../../../components/time.tsx';
import { useIsNarrow } from '../../../components/use-is-narrow.ts';

/** The last deliveries of an integration's webhook with what became of each, newest first. */
export function Deliveries({ project, integration }: { project: string; integration: string }) {
  const query = useQuery(deliveriesQuery(useApi(), project, integration));
  const isNarrow = useIsNarrow();
  return (
    <Loaded query={query}>
      {(deliveries) => (
        <Table
          header={
            <Header
              description={
                <>
                  Calls of Bitbucket, and what became of each. Read at <TimeOfDay at={query.dataUpdatedAt} />.
                </>
              }
              actions={
                <Button
                  iconName="refresh"
                  ariaLabel="Read the deliveries again"
                  loading={query.isFetching}
                  onClick={() => void query.refetch()}
                />
              }
            >
              Deliveries
            </Header>
          }
          items={deliveries}
          trackBy="id"
          wrapLines
          empty={<Box textAlign="center">Bitbucket has not called the webhook lately</Box>}
          ariaLabels={{ tableLabel: 'Deliveries' }}
          columnDefinitions={isNarrow ? [summaryColumn(project)] : columns(project)}
        />
      )}
    </Loaded>
  );
}

type Column = TableProps.ColumnDefinition<Delivery>;

function columns(project: string): Column[] {
  return [
    { id: 'status', header: 'Outcome', minWidth: 130, cell: (delivery) => <Outcome delivery={delivery} /> },
    {
      id: 'event',
      header: 'Event',
      isRowHeader: true,
      minWidth: 160,
      cell: ({ event }) => <Foreign text={event} />,
    },
    {
      id: 'because',
      header: 'Because',
      cell: (delivery) => <Reasons project={project} delivery={delivery} />,
    },
    { id: 'at', header: 'Received', minWidth: 130, cell: ({ at }) => <Ago at={at} /> },
  ];
}

function summaryColumn(project: string): Column {
  return {
    id: 'delivery',
    header: 'Delivery',
    isRowHeader: true,
    cell: (delivery) => (
      <div className="summary">
        <Foreign text={delivery.event} />
        <Reasons project={project} delivery={delivery} />
        <div className="facts">
          <Outcome delivery={delivery} />
          <Ago at={delivery.at} />
        </div>
      </div>
    ),
  };
}

function Outcome({ delivery: { status } }: { delivery: Delivery }) {
  return status === 'acted' ? (
    <StatusIndicator type="success">Led to work</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">Ignored</StatusIndicator>
  );
}

function Reasons({ project, delivery: { accepted, ignored } }: { project: string; delivery: Delivery }) {
  return (
    <>
      {accepted.map((change, index) => (
        // A delivery does not change, so that the position identifies a change.
        // biome-ignore lint/suspicious/noArrayIndexKey: two changes can be equal
        <div key={index}>
          <Change project={project} change={change} />
        </div>
      ))}
      {ignored.map(({ because }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two reasons can be equal
        <div key={index}>
          <Foreign text={because} />
        </div>
      ))}
    </>
  );
}

type AcceptedChange = Delivery['accepted'][number];

function Change({ project, change }: { project: string; change: AcceptedChange }) {
  const { because, activity } = change;
  const environment = environmentOf(change);
  if (activity === undefined || environment === null) return <Foreign text={because} />;
  return (
    <PageLink to={{ page: 'activity', project, environment, activity }}>
      <Foreign text={because} />
    </PageLink>
  );
}

/** The environment of a changed branch or pull request. */
function environmentOf({ branch, pull_request }: AcceptedChange): string | null {
  if (pull_request !== undefined) return `pr-${pull_request}`;
  return branch ?? null;
}
