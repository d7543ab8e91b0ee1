import type { Projects } from '../../../ports/projects.ts';
import { deliveriesOf } from './deliveries.ts';
import { historyOf } from './finished-activities.ts';
import { announce, journalOf } from './journal.ts';
import { ProjectRecord } from './records.ts';
import type { Place, Table } from './table.ts';
import { variablesOf } from './variables.ts';

const place = (id: string): Place => ({ pk: `PROJECT#${id}`, sk: 'PROJECT', gsi_pk: 'PROJECTS', gsi_sk: id });

/** Stores projects in the table. */
export function dynamoProjects(table: Table): Projects {
  return {
    get: (id, consistency) => table.get(place(id), ProjectRecord, consistency),
    list: (after) =>
      table.queryIndex('PROJECTS', ProjectRecord, after === undefined ? undefined : place(after)),
    async save(project) {
      const owner = { project: project.id, environment: null, integration: null };
      await announce(table, owner, []);
      await table.save(place(project.id), project);
    },
    async erase(id) {
      await table.erase(historyOf(id));
      await table.erase(journalOf(id));
      await table.erase(deliveriesOf(id));
      await table.erase(variablesOf(id));
      await table.erase(place(id).pk);
    },
  };
}
