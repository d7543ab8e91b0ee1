import type { Projects } from '../../../ports/projects.ts';
import { deliveriesOf } from './deliveries.ts';
import { historyOf } from './finished-activities.ts';
import { announce, journalOf } from './journal.ts';
import { dynamoLinks, linksOf } from './links.ts';
import { ProjectRecord } from './records.ts';
import type { Place, Table } from './table.ts';
import { variablesOf } from './variables.ts';

const place = (id: string): Place => ({ pk: `PROJECT#${id}`, sk: 'PROJECT', gsi_pk: 'PROJECTS', gsi_sk: id });

/** Stores projects in the table. */
export function dynamoProjects(table: Table): Projects {
  const links = dynamoLinks(table);
  return {
    get: (id, consistency) => table.get(place(id), ProjectRecord, consistency),
    list: (after) =>
      table.queryIndex('PROJECTS', ProjectRecord, after === undefined ? undefined : place(after)),
    async save(project) {
      const owner = { project: project.id, environment: null, integration: null };
      await announce(table, owner, []);
      if (project.version === 1) await links.noteNewProject(project.id);
      await table.save(place(project.id), project);
    },
    async erase(id) {
      await table.erase(historyOf(id));
      await table.erase(journalOf(id));
      await table.erase(deliveriesOf(id));
      await table.erase(variablesOf(id));
      await table.erase(linksOf(id));
      await table.erase(place(id).pk);
    },
  };
}
