import { useCallback, useMemo, useState } from 'react';
import type { EnvironmentRow } from '../../../shared/api/environment.ts';
import { EnvironmentTable } from './environment-table.tsx';
import { countsOf, matcherOf, searchable } from './filters.ts';
import { depthFirst, pageOf, visibleOf } from './forest.ts';
import { rowsPerPage } from './row-limits.ts';
import { useDrawnRows } from './use-drawn-rows.ts';
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

  const placed = useMemo(() => depthFirst(rows, filters.order), [rows, filters.order]);
  const texts = useMemo(() => new Map(rows.map((row) => [row.id, searchable(row)])), [rows]);
  const counts = useMemo(() => countsOf(rows), [rows]);
  const visible = useMemo(
    () => visibleOf(placed, matcherOf(filters, texts), collapsed),
    [placed, texts, filters, collapsed],
  );
  const pages = Math.max(1, Math.ceil(visible.length / rowsPerPage));
  const page = Math.min(filters.page, pages);
  const drawn = useDrawnRows(filters.text);
  const branches = useMemo(() => pageOf(visible, (page - 1) * rowsPerPage, drawn), [visible, page, drawn]);
  const toggle = useCallback(
    (id: string, isExpanded: boolean) =>
      setCollapsed(
        (before) => new Set(isExpanded ? [...before].filter((one) => one !== id) : [...before, id]),
      ),
    [],
  );
  return (
    <EnvironmentTable
      project={project}
      filters={filters}
      onFilter={setFilters}
      counts={counts}
      total={rows.length}
      isComplete={isComplete}
      matching={visible.length}
      page={page}
      pages={pages}
      branches={branches}
      collapsed={collapsed}
      onToggle={toggle}
    />
  );
}
