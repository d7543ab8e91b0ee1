import { authorise, find, refuse, store } from './account.mjs';
import { print, readOptions } from './cli.mjs';
import { clusterArn, clusterOf, instancesOf } from './rds.mjs';
import { runSql } from './sql.mjs';

/** Commands of the Data API. */
export const rdsData = {
  'execute-statement'(args) {
    const options = readOptions(args, {
      'resource-arn': 'value!',
      'secret-arn': 'value!',
      database: 'value',
      sql: 'value!',
      'format-records-as': 'value',
    });
    const arn = options['resource-arn'];
    const name = arn.split(':').at(-1);
    const secret = options['secret-arn'];
    authorise('ExecuteStatement', 'rds-data:ExecuteStatement', arn);
    const owner =
      find('secrets', secret)?.cluster ??
      refuse('BadRequestException', 'ExecuteStatement', `Secret ${secret} not found`);
    const key = 'secretsmanager:ResourceTag/aws:rds:primaryDBClusterArn';
    authorise('ExecuteStatement', 'secretsmanager:GetSecretValue', secret, { [key]: clusterArn(owner) });
    const found = clusterOf(name, 'ExecuteStatement');
    if (!found.HttpEndpointEnabled)
      refuse('BadRequestException', 'ExecuteStatement', `HttpEndpoint is not enabled for resource ${arn}`);
    if (instancesOf(name).length === 0)
      refuse('BadRequestException', 'ExecuteStatement', 'DB cluster has no instances');
    if (owner !== name)
      refuse('BadRequestException', 'ExecuteStatement', 'FATAL: password authentication failed');
    const { database } = found;
    if (options.database !== database.name) {
      refuse(
        'BadRequestException',
        'ExecuteStatement',
        `FATAL: database "${options.database}" does not exist`,
      );
    }
    try {
      const rows = runSql(database.tables, options.sql);
      store('clusters', name, { ...found, database });
      print({ formattedRecords: JSON.stringify(rows) }, options);
    } catch (error) {
      refuse('DatabaseErrorException', 'ExecuteStatement', error.message);
    }
  },
};
