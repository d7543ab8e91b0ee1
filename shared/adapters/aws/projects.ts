import type { Projects } from '../../ports.ts';
import { ProjectRecord } from './records.ts';
import type { Place, Table } from './table.ts';

const place = (id: string): Place => ({ pk: `PROJECT#${id}`, sk: 'PROJECT', gsi_pk: 'PROJECTS', gsi_sk: id });

export function dynamoProjects(table: Table): Projects {
  return {
    get: (id) => table.get(place(id), ProjectRecord),
    list: () => table.queryIndex('PROJECTS', ProjectRecord),
    save: (project) => table.save(place(project.id), project),
  };
}
