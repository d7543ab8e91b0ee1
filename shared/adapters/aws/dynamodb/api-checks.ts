import * as z from 'zod/mini';
import type { ApiChecks } from '../../../domain/integrations/api-checks.ts';
import type { ApiChecksStore } from '../../../ports/api-checks.ts';
import type { Place, Table } from './table.ts';

const ApiChecksRecord: z.ZodMiniType<ApiChecks> = z.object({
  pull_requests_at: z.nullable(z.string()),
  repository_at: z.nullable(z.string()),
  branches: z.nullable(z.string()),
});

/** Longer than any interval between checks; the record of a removed integration expires. */
const keptDays = 30;

const place = (project: string, integration: string): Place => ({
  pk: `PROJECT#${project}`,
  sk: `CHECKS#${integration}`,
});

/** Stores the last checks in the table, one small item per integration. */
export function dynamoApiChecks(table: Table): ApiChecksStore {
  return {
    get: (project, integration) => table.get(place(project, integration), ApiChecksRecord, 'eventual'),
    save: (project, integration, checks, now) =>
      table.record(place(project, integration), {
        ...checks,
        expires_at: Math.floor(Date.parse(now) / 1000) + keptDays * 86_400,
      }),
  };
}
