import type { FormerIntegration } from '../integrations/origin.ts';

/** What integrations and environments belong to. */
export interface Project {
  id: string;
  title: string;
  /** The repository's default branch, whose environment is the production one; null until it is known. */
  default_branch: string | null;
  /** Set from the moment that somebody has deleted it; from then on all work is on what is left of it. */
  deletion: Deletion | null;
  /** Integrations that were removed, the newest last. */
  former_integrations: FormerIntegration[];
  created_at: string;
  updated_at: string;
  version: number;
}

/** A deletion that is under way. */
export interface Deletion {
  requested_at: string;
  /** What could not be taken down the last time that it was tried, and why; null while nothing stands in the way. */
  failure: string | null;
}
