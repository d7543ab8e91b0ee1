import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { PrunePreview } from '../../../../shared/api/integration.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { PageLink } from '../../../components/links.tsx';
import { useIsNarrow } from '../../../components/use-is-narrow.ts';
import { changeTexts, countsText } from './change-texts.ts';

type Change = PrunePreview['changes'][number];

/** Rows of one page. */
const pageSize = 50;

/** The changes of a prune, with their reasons. */
export function ChangesTable({ project, preview }: { project: string; preview: PrunePreview }) {
  const { changes, counts, has_more } = preview;
  const isNarrow = useIsNarrow();
  const { items, paginationProps } = useCollection(changes, { pagination: { pageSize } });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <Table
      header={
        <Header
          counter={`(${total})`}
          description={
            has_more ? `${countsText(counts)}. The first ${changes.length} are listed` : countsText(counts)
          }
        >
          Changes
        </Header>
      }
      items={items}
      trackBy="environment"
      wrapLines
      ariaLabels={{ tableLabel: 'Changes' }}
      empty={<Box textAlign="center">No changes: the environments match the repository</Box>}
      pagination={changes.length > pageSize && <Pagination {...paginationProps} />}
      columnDefinitions={isNarrow ? [summaryColumn(project)] : columns(project)}
    />
  );
}

function columns(project: string): TableProps.ColumnDefinition<Change>[] {
  return [
    { id: 'change', header: 'Change', minWidth: 120, cell: Sign },
    {
      id: 'environment',
      header: 'Environment',
      isRowHeader: true,
      minWidth: 180,
      cell: (change) => <Name project={project} change={change} />,
    },
    { id: 'because', header: 'Because', cell: ({ because }) => <Foreign text={because} /> },
  ];
}

function summaryColumn(project: string): TableProps.ColumnDefinition<Change> {
  return {
    id: 'change',
    header: 'Change',
    isRowHeader: true,
    cell: (change) => (
      <div className="summary">
        <Name project={project} change={change} />
        <div>
          <Foreign text={change.because} />
        </div>
        <Sign {...change} />
      </div>
    ),
  };
}

function Sign({ change }: Change) {
  const { text, sign } = changeTexts[change];
  return <StatusIndicator type={sign}>{text}</StatusIndicator>;
}

function Name({ project, change: { environment, change } }: { project: string; change: Change }) {
  const name = <Foreign text={environment} />;
  if (change === 'create') return name;
  return <PageLink to={{ page: 'environment', project, environment }}>{name}</PageLink>;
}
