import type { EnvironmentRow } from '../../../shared/api/environment.ts';

/** A branch's environment in a list, by default active. */
export function aRow(
  id: string,
  parent: string | null = null,
  changes: Partial<EnvironmentRow> = {},
): EnvironmentRow {
  return {
    id,
    parent,
    name: id,
    machine_name: id,
    title: id,
    type: 'development',
    status: 'active',
    is_main: false,
    head_commit: null,
    updated_at: '2026-11-22T10:00:00.000Z',
    goes_at: null,
    pull_request: null,
    primary_url: null,
    last_result: null,
    waiting: null,
    ...changes,
  };
}
