import type { Activity } from '../domain/activities/activity.ts';
import type { Integration } from '../domain/integrations/integration.ts';

/** The store of integrations. */
export interface Integrations {
  get(project: string, id: string): Promise<Integration | null>;
  listOf(project: string): Promise<Integration[]>;
  /** All integrations of all projects, for the scheduled prune. */
  all(): AsyncIterable<Integration>;
  /** As `Environments.save`. */
  save(
    integration: Integration,
    finished?: readonly Activity[],
    started?: readonly Activity[],
  ): Promise<void>;
  /** @throws StoreConflict unless the stored record has this `version` */
  remove(integration: Integration, finished?: readonly Activity[]): Promise<void>;
}
