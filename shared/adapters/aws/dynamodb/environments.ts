import type { Environments } from '../../../ports/environments.ts';
import { recordFinished } from './finished-activities.ts';
import { EnvironmentRecord } from './records.ts';
import { collect, type Place, type Table } from './table.ts';

const prefix = 'ENVIRONMENT#';

const place = (project: string, id: string): Place => ({ pk: `PROJECT#${project}`, sk: prefix + id });

/** Stores environments in the table, with their open activities. */
export function dynamoEnvironments(table: Table): Environments {
  const pagesOf = (project: string, after?: string) =>
    table.query(`PROJECT#${project}`, prefix, EnvironmentRecord, {
      start: after === undefined ? undefined : prefix + after,
    });
  return {
    get: (project, id) => table.get(place(project, id), EnvironmentRecord),
    listOf: (project) => collect(pagesOf(project)),
    pagesOf,
    async save(environment, finished = []) {
      await recordFinished(
        table,
        { ...environment, environment: environment.id, integration: null },
        finished,
      );
      await table.save(place(environment.project, environment.id), environment);
    },
    async remove(environment, finished = []) {
      await recordFinished(
        table,
        { ...environment, environment: environment.id, integration: null },
        finished,
      );
      await table.remove(place(environment.project, environment.id), environment);
    },
  };
}
