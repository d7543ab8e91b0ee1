import type { PrunePreview } from '../../../shared/api/integration.ts';
import type { Preview } from '../../../shared/workflow/integrations/preview-prune.ts';

/** A preview lists at most this many changes, and counts all. */
export const mostShown = 500;

/** The view of the changes that a prune would make. */
export function previewView({ changes, held_back, left_out }: Preview): PrunePreview {
  const counts = { delete: 0, hold_back: 0, create: 0, update: 0, keep: 0 };
  for (const { change } of changes) counts[change] += 1;
  return {
    dry_run: true,
    counts,
    changes: changes.slice(0, mostShown),
    has_more: changes.length > mostShown,
    held_back,
    left_out,
  };
}
