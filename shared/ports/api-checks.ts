import type { ApiChecks } from '../domain/integrations/api-checks.ts';

/** The store of the last checks by Bitbucket's API. Losing a record only causes another check. */
export interface ApiChecksStore {
  /** Null for a repository that was not checked for a month. */
  get(project: string, integration: string): Promise<ApiChecks | null>;
  /** Replaces the record. Of concurrent writes the last one counts. */
  save(project: string, integration: string, checks: ApiChecks, now: string): Promise<void>;
}
