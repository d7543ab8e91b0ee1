import type { Activity } from '../domain/activities/activity.ts';
import type { Integration } from '../domain/integrations/integration.ts';

export interface Integrations {
  get(project: string, id: string): Promise<Integration | null>;
  listOf(project: string): Promise<Integration[]>;
  /** Every integration there is, for the scheduled prune. */
  all(): AsyncIterable<Integration>;
  save(integration: Integration, finished?: readonly Activity[]): Promise<void>;
  /** Removes what has exactly this `version`. */
  remove(integration: Integration, finished?: readonly Activity[]): Promise<void>;
}
