import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { PrunePreview } from '../../../../shared/api/integration.ts';

/** A kind of change. */
export type ChangeKind = PrunePreview['changes'][number]['change'];

/** The names and signs of changes. */
export const changeTexts: Readonly<Record<ChangeKind, { text: string; sign: StatusIndicatorProps.Type }>> = {
  delete: { text: 'Delete', sign: 'error' },
  hold_back: { text: 'Held back', sign: 'warning' },
  create: { text: 'Create', sign: 'success' },
  update: { text: 'Update', sign: 'info' },
  keep: { text: 'Keep', sign: 'stopped' },
};

/** A number of environments in words. */
export function environmentsText(count: number): string {
  return count === 1 ? 'one environment' : `${count} environments`;
}

/** The counts of a preview in one line, such as "Delete 1, create 2". */
export function countsText(counts: PrunePreview['counts']): string {
  const parts = (['delete', 'hold_back', 'create', 'update', 'keep'] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : [`${changeTexts[kind].text.toLowerCase()} ${counts[kind]}`],
  );
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
