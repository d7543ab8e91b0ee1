import type { FormerIntegration } from '../integrations/origin.ts';

/** The owner of environments and of one integration. */
export interface Project {
  id: string;
  title: string;
  /** The repository's default branch, whose environment is the production one; null until it is known. */
  default_branch: string | null;
  /** Set by the request to delete the project; null before it. */
  deletion: Deletion | null;
  /** Removed integrations, newest last. */
  former_integrations: FormerIntegration[];
  created_at: string;
  updated_at: string;
  version: number;
}

/** A deletion in progress. */
export interface Deletion {
  requested_at: string;
  /** The environment that could not be deleted, with the reason; null while the deletion makes progress. */
  failure: string | null;
  /** The time at which the deletion of an environment ended as the last one, and its activity; absent before. */
  emptied?: { at: string; by: string };
}
