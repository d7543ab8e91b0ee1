import type { Activity } from '../../../domain/activities/activity.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Environments } from '../../../ports/environments.ts';
import { recordFinished } from './finished-activities.ts';
import { announce } from './journal.ts';
import { EnvironmentRecord } from './records.ts';
import { collect, type Place, type Table } from './table.ts';
import { levelPrefix, variablesOf } from './variables.ts';

const prefix = 'ENVIRONMENT#';

const place = (project: string, id: string): Place => ({ pk: `PROJECT#${project}`, sk: prefix + id });

/** Stores environments in the table, with their open activities. */
export function dynamoEnvironments(table: Table): Environments {
  const pagesOf = (project: string, after?: string) =>
    table.query(`PROJECT#${project}`, prefix, EnvironmentRecord, {
      start: after === undefined ? undefined : prefix + after,
    });
  const writeHistory = async (
    { project, id }: Environment,
    finished: readonly Activity[],
    started: readonly Activity[] = [],
  ) => {
    const owner = { project, environment: id, integration: null };
    await Promise.all([recordFinished(table, owner, finished), announce(table, owner, started)]);
  };
  return {
    get: (project, id) => table.get(place(project, id), EnvironmentRecord),
    listOf: (project) => collect(pagesOf(project)),
    pagesOf,
    async save(environment, finished = [], started = []) {
      const began = environment.version === 1 ? environment.activities : started;
      await writeHistory(environment, finished, began);
      await table.save(place(environment.project, environment.id), environment);
    },
    async remove(environment, finished = []) {
      await writeHistory(environment, finished);
      await table.remove(place(environment.project, environment.id), environment);
      const { project } = environment;
      await table.erase(variablesOf(project), levelPrefix({ project, environment }));
    },
  };
}
