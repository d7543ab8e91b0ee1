import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import type { EnvironmentRow } from '../../../shared/api/environment.ts';
import { conditionOf } from '../../components/environment-status.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';
import { columnsOf } from './columns.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countsOf, type Filters, kindOf, searchable } from './filters.ts';
import { type Branch, depthFirst, pageOf, visibleOf } from './forest.ts';
import { NoMatch } from './no-match.tsx';
import { rowsPerPage, useDrawnRows } from './use-drawn-rows.ts';
import { useFilters } from './use-filters.ts';

/** The tree of a project's environments, with search, filters and pages. */
export function EnvironmentTree(props: {
  project: string;
  rows: readonly EnvironmentRow[];
  /** False while more environments are read. */
  isComplete: boolean;
  query: URLSearchParams;
}) {
  const { project, rows, isComplete, query } = props;
  const [filters, setFilters] = useFilters(query);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const isNarrow = useIsNarrow();

  const placed = useMemo(() => depthFirst(rows, filters.order), [rows, filters.order]);
  const texts = useMemo(() => new Map(rows.map((row) => [row.id, searchable(row)])), [rows]);
  const counts = useMemo(() => countsOf(rows), [rows]);
  const visible = useMemo(
    () => visibleOf(placed, (row) => isMatch(row, texts.get(row.id) ?? '', filters), collapsed),
    [placed, texts, filters, collapsed],
  );
  const pages = Math.max(1, Math.ceil(visible.length / rowsPerPage));
  const page = Math.min(filters.page, pages);
  const drawn = useDrawnRows(filters.text);
  const branches = useMemo(() => pageOf(visible, (page - 1) * rowsPerPage, drawn), [visible, page, drawn]);
  const columns = useMemo(() => columnsOf(project, isNarrow), [project, isNarrow]);

  const isFiltered = filters.text !== '' || filters.conditions.length > 0 || filters.kind !== null;
  const toggle = (id: string, isExpanded: boolean) =>
    setCollapsed((before) => new Set(isExpanded ? [...before].filter((one) => one !== id) : [...before, id]));
  return (
    <Table
      header={
        <Header
          counter={isFiltered ? `(${visible.length}/${rows.length})` : `(${rows.length})`}
          info={!isComplete && <StatusIndicator type="loading">Reading more</StatusIndicator>}
        >
          Environments
        </Header>
      }
      filter={<FilterBar filters={filters} counts={counts} total={rows.length} onChange={setFilters} />}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => setFilters({ page: detail.currentPageIndex })}
          />
        )
      }
      items={branches}
      trackBy={({ row }) => row.id}
      columnDefinitions={columns}
      variant={isNarrow ? 'embedded' : 'container'}
      expandableRows={{
        getItemChildren: ({ children }) => children,
        isItemExpandable: ({ isExpandable }) => isExpandable,
        expandedItems: branchesIn(branches).filter(({ row }) => !collapsed.has(row.id)),
        onExpandableItemToggle: ({ detail }) => toggle(detail.item.row.id, detail.expanded),
      }}
      sortingColumn={{ sortingField: filters.order }}
      sortingDescending={filters.order === 'newest'}
      onSortingChange={({ detail }) =>
        setFilters({ order: detail.sortingColumn.sortingField === 'newest' ? 'newest' : 'name' })
      }
      empty={<NoMatch onClear={() => setFilters({ text: '', conditions: [], kind: null })} />}
      ariaLabels={{
        tableLabel: 'Environments',
        expandButtonLabel: () => 'Expand',
        collapseButtonLabel: () => 'Collapse',
      }}
    />
  );
}

function branchesIn(branches: readonly Branch[]): readonly Branch[] {
  return branches.flatMap((branch) => [branch, ...branchesIn(branch.children)]);
}

function isMatch(row: EnvironmentRow, text: string, filters: Filters): boolean {
  const { conditions, kind } = filters;
  return (
    (conditions.length === 0 || conditions.includes(conditionOf(row))) &&
    (kind === null || kind === kindOf(row)) &&
    text.includes(filters.text.trim().toLowerCase())
  );
}
