import type { Activity } from '../../../domain/activities/activity.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import { recordFinished } from './finished-activities.ts';
import { announce } from './journal.ts';
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
  const writeHistory = async (
    { project, id }: Integration,
    finished: readonly Activity[],
    started: readonly Activity[] = [],
  ) => {
    const owner = { project, environment: null, integration: id };
    await Promise.all([recordFinished(table, owner, finished), announce(table, owner, started)]);
  };
  return {
    get: (project, id) => table.get(place(project, id), IntegrationRecord),
    listOf: (project) => collect(table.query(`PROJECT#${project}`, prefix, IntegrationRecord)),
    all: () => table.queryIndex('INTEGRATIONS', IntegrationRecord),
    async save(integration, finished = [], started = []) {
      const began = integration.version === 1 ? integration.activities : started;
      await writeHistory(integration, finished, began);
      await table.save(place(integration.project, integration.id), integration);
    },
    async remove(integration, finished = []) {
      await writeHistory(integration, finished);
      await table.remove(place(integration.project, integration.id), integration);
    },
  };
}
