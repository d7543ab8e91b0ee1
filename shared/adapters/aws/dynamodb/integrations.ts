import type { Integrations } from '../../../ports/integrations.ts';
import { recordFinished } from './finished-activities.ts';
import { IntegrationRecord } from './records.ts';
import { collect, type Place, type Table } from './table.ts';

const prefix = 'INTEGRATION#';

const place = (project: string, id: string): Place => ({
  pk: `PROJECT#${project}`,
  sk: prefix + id,
  gsi_pk: 'INTEGRATIONS',
  gsi_sk: `${project}#${id}`,
});

/** Stores integrations in the table, with their open activities. */
export function dynamoIntegrations(table: Table): Integrations {
  return {
    get: (project, id) => table.get(place(project, id), IntegrationRecord),
    listOf: (project) => collect(table.query(`PROJECT#${project}`, prefix, IntegrationRecord)),
    all: () => table.queryIndex('INTEGRATIONS', IntegrationRecord),
    async save(integration, finished = []) {
      await recordFinished(
        table,
        { ...integration, environment: null, integration: integration.id },
        finished,
      );
      await table.save(place(integration.project, integration.id), integration);
    },
    async remove(integration, finished = []) {
      await recordFinished(
        table,
        { ...integration, environment: null, integration: integration.id },
        finished,
      );
      await table.remove(place(integration.project, integration.id), integration);
    },
  };
}
