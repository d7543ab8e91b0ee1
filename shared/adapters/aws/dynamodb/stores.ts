import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoApiChecks } from './api-checks.ts';
import { dynamoDeliveries } from './deliveries.ts';
import { dynamoEnvironments } from './environments.ts';
import { dynamoFinishedActivities } from './finished-activities.ts';
import { dynamoIntegrations } from './integrations.ts';
import { dynamoChanges } from './journal.ts';
import { dynamoProjects } from './projects.ts';
import { dynamoRateBudgets } from './rate-budgets.ts';
import { dynamoSecondStarts } from './second-starts.ts';
import { dynamoTable } from './table.ts';
import { dynamoVariables } from './variables.ts';

/** Creates all stores over the table. A function with a small bundle composes only the stores that it needs. */
export function dynamoStores(client: DynamoDBClient, tableName: string) {
  const table = dynamoTable(client, tableName);
  return {
    table,
    projects: dynamoProjects(table),
    integrations: dynamoIntegrations(table),
    environments: dynamoEnvironments(table),
    budgets: dynamoRateBudgets(table),
    checks: dynamoApiChecks(table),
    secondStarts: dynamoSecondStarts(table),
    finished: dynamoFinishedActivities(table),
    changes: dynamoChanges(table),
    deliveries: dynamoDeliveries(table),
    variables: dynamoVariables(table),
  };
}
