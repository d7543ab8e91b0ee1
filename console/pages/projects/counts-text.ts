import type { ProjectSummary } from '../../../shared/api/project.ts';

const words = { active: 'active', dirty: 'in progress', inactive: 'inactive', deleting: 'deleting' } as const;
const order = ['active', 'dirty', 'inactive', 'deleting'] as const;

/** The environments of a project by their status, such as "2 active, 1 in progress". */
export function countsText({ environments, is_complete }: ProjectSummary): string {
  const parts = order
    .filter((status) => environments[status] > 0)
    .map((status) => `${environments[status]} ${words[status]}`);
  if (parts.length === 0) return 'none';
  return is_complete ? parts.join(', ') : `at least ${parts.join(', ')}`;
}
