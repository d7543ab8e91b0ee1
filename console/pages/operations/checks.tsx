import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { Diagnosis } from '../../../shared/api/diagnosis.ts';
import { useApi } from '../../api/api-context.tsx';
import { diagnosisQuery } from '../../api/operations.ts';
import { Foreign } from '../../components/foreign.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';

type Check = Diagnosis['checks'][number];

/** The checks of `bough doctor`. */
export function Checks() {
  const query = useQuery(diagnosisQuery(useApi()));
  return (
    <Loaded query={query}>
      {({ checks }) => (
        <CheckTable checks={checks} isBusy={query.isFetching} again={() => void query.refetch()} />
      )}
    </Loaded>
  );
}

function CheckTable({
  checks,
  isBusy,
  again,
}: {
  checks: readonly Check[];
  isBusy: boolean;
  again: () => void;
}) {
  const isNarrow = useIsNarrow();
  return (
    <Table
      header={
        <Header
          counter={`(${checks.length})`}
          description="Quotas, permissions and integrations, the usual causes of problems. bough doctor makes the same checks."
          actions={
            <Button loading={isBusy} onClick={again}>
              Check again
            </Button>
          }
        >
          Checks
        </Header>
      }
      items={[...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))}
      trackBy={({ id, subject }) => `${id} ${subject}`}
      wrapLines
      ariaLabels={{ tableLabel: 'Checks' }}
      empty="There is nothing to check"
      columnDefinitions={isNarrow ? [summaryColumn] : columns}
    />
  );
}

const order: readonly Check['state'][] = ['problem', 'warning', 'unknown', 'ok'];

const signs: Readonly<Record<Check['state'], { type: StatusIndicatorProps.Type; text: string }>> = {
  ok: { type: 'success', text: 'In order' },
  warning: { type: 'warning', text: 'Warning' },
  problem: { type: 'error', text: 'Problem' },
  unknown: { type: 'stopped', text: 'Unknown' },
};

const columns: readonly TableProps.ColumnDefinition<Check>[] = [
  { id: 'state', header: 'State', minWidth: 120, cell: Sign },
  { id: 'check', header: 'Check', isRowHeader: true, minWidth: 140, cell: Name },
  { id: 'because', header: 'Because', minWidth: 240, cell: ({ because }) => <Foreign text={because} /> },
  {
    id: 'remedy',
    header: 'Remedy',
    cell: ({ remedy }) => (remedy === null ? '–' : <Foreign text={remedy} />),
  },
];

const summaryColumn: TableProps.ColumnDefinition<Check> = {
  id: 'check',
  header: 'Check',
  isRowHeader: true,
  cell: (check) => (
    <div className="summary">
      <Sign {...check} /> <Name {...check} />
      <div>
        <Foreign text={check.because} />
      </div>
      {check.remedy !== null && (
        <div>
          <Foreign text={check.remedy} />
        </div>
      )}
    </div>
  ),
};

function Sign({ state }: Check) {
  const { type, text } = signs[state];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

function Name({ id, subject }: Check) {
  return (
    <>
      {id}
      {subject !== null && (
        <>
          {' '}
          <Foreign text={subject} />
        </>
      )}
    </>
  );
}
