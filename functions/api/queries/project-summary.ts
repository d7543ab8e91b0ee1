import type { ProjectSummary } from '../../../shared/api/project.ts';
import { shownActivity } from '../../../shared/domain/activities/last-activity.ts';
import { shownStatus } from '../../../shared/domain/environments/environment.ts';
import { inParallel } from '../../../shared/runtime/in-parallel.ts';
import type { ApiPorts } from '../ports.ts';
import { activityOf } from './activities.ts';

type Stores = Pick<ApiPorts, 'environments' | 'integrations' | 'finished'>;

/** Projects in one list of summaries. */
export const mostSummaries = 25;
/** Environments of a project that a summary counts. */
export const mostCounted = 1000;
/** Entries of the history that a summary searches for an activity: the decision of an entry may not be committed. */
const mostEntries = 5;
/** Projects that are read at the same time. */
const readsAtOnce = 5;

/** The summaries of projects, by their ids. */
export async function summarize(
  stores: Stores,
  projects: readonly string[],
): Promise<Map<string, ProjectSummary>> {
  const summaries = new Map<string, ProjectSummary>();
  await inParallel(projects, readsAtOnce, async (project) => {
    const [counts, last_activity] = await Promise.all([count(stores, project), newest(stores, project)]);
    summaries.set(project, { ...counts, last_activity });
  });
  return summaries;
}

async function count({ environments }: Stores, project: string) {
  const counts = { active: 0, dirty: 0, inactive: 0, deleting: 0 };
  let counted = 0;
  for await (const environment of environments.pagesOf(project)) {
    if (counted === mostCounted) return { environments: counts, is_complete: false };
    counted += 1;
    counts[shownStatus(environment)] += 1;
  }
  return { environments: counts, is_complete: true };
}

async function newest(stores: Stores, project: string): Promise<ProjectSummary['last_activity']> {
  let looked = 0;
  for await (const entry of stores.finished.entriesOf(project, { pageSize: mostEntries })) {
    const activity = await activityOf(stores, project, entry);
    const last = activity && shownActivity({ activities: [activity], last_activity: null });
    if (last) return { ...last, environment: activity.environment };
    looked += 1;
    if (looked === mostEntries) return null;
  }
  return null;
}
