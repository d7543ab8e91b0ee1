import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { memo, useMemo } from 'react';
import { useIsNarrow } from '../../components/use-is-narrow.ts';
import { columnsOf } from './columns.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Counts, type Filters, isFiltered } from './filters.ts';
import type { Branch } from './forest.ts';
import { NoMatch } from './no-match.tsx';

const labels = {
  tableLabel: 'Environments',
  expandButtonLabel: () => 'Expand',
  collapseButtonLabel: () => 'Collapse',
} as const;

/**
 * One page of the tree. Drawing it takes longer than all else on the page, so it is drawn only when something in it changes.
 */
export const EnvironmentTable = memo(function EnvironmentTable(props: {
  project: string;
  filters: Filters;
  onFilter: (changes: Partial<Filters>) => void;
  /** The environments of each condition and kind. */
  counts: Counts;
  /** All environments that are read. */
  total: number;
  /** False while more environments are read. */
  isComplete: boolean;
  /** The environments that match. */
  matching: number;
  page: number;
  pages: number;
  /** The rows of the page. */
  branches: readonly Branch[];
  collapsed: ReadonlySet<string>;
  onToggle: (id: string, isExpanded: boolean) => void;
}) {
  const { project, filters, onFilter, counts, total, isComplete, matching, page, pages, branches } = props;
  const { collapsed, onToggle } = props;
  const isNarrow = useIsNarrow();
  const columns = useMemo(() => columnsOf(project, isNarrow), [project, isNarrow]);
  const expandableRows: TableProps<Branch>['expandableRows'] = {
    getItemChildren: ({ children }) => children,
    isItemExpandable: ({ isExpandable }) => isExpandable,
    expandedItems: branchesIn(branches).filter(({ row }) => !collapsed.has(row.id)),
    onExpandableItemToggle: ({ detail }) => onToggle(detail.item.row.id, detail.expanded),
  };
  return (
    <Table
      header={
        <Header
          counter={isFiltered(filters) ? `(${matching}/${total})` : `(${total})`}
          info={!isComplete && <StatusIndicator type="loading">Reading more</StatusIndicator>}
        >
          Environments
        </Header>
      }
      filter={<FilterBar filters={filters} counts={counts} onChange={onFilter} />}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => onFilter({ page: detail.currentPageIndex })}
          />
        )
      }
      items={branches}
      trackBy={({ row }) => row.id}
      columnDefinitions={columns}
      variant={isNarrow ? 'embedded' : 'container'}
      expandableRows={expandableRows}
      sortingColumn={{ sortingField: filters.order }}
      sortingDescending={filters.order === 'newest'}
      onSortingChange={({ detail }) =>
        onFilter({ order: detail.sortingColumn.sortingField === 'newest' ? 'newest' : 'name' })
      }
      empty={<NoMatch onClear={() => onFilter({ text: '', conditions: [], kind: null })} />}
      ariaLabels={labels}
    />
  );
});

function branchesIn(branches: readonly Branch[]): readonly Branch[] {
  return branches.flatMap((branch) => [branch, ...branchesIn(branch.children)]);
}
