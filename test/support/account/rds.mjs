import { randomUUID } from 'node:crypto';
import {
  accountId,
  authorise,
  fail,
  find,
  findAll,
  refuse,
  region,
  remove,
  store,
  storeNew,
} from './account.mjs';
import { print, readOptions, shorthand } from './cli.mjs';

const arnOf = (kind, name) => `arn:aws:rds:${region}:${accountId}:${kind}:${name}`;
/** The ARN of a cluster. */
export const clusterArn = (name) => arnOf('cluster', name);
const cluster = { 'db-cluster-identifier': 'value!' };
const instance = { 'db-instance-identifier': 'value!' };
const creation = {
  'db-subnet-group-name': 'value',
  'serverless-v2-scaling-configuration': 'value',
  tags: 'list',
  'storage-encrypted': 'flag',
};
const shared = (group) => [
  arnOf('subgrp', group ?? 'default'),
  arnOf('og', 'default:aurora'),
  arnOf('cluster-pg', 'default.aurora'),
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html#RDS_Limits.Constraints */
function requireName(name, operation) {
  if (!/^[a-z](?:-?[a-z0-9])*$/i.test(name) || name.length > 63) {
    refuse('InvalidParameterValue', operation, `${name} is not a valid identifier`);
  }
}

/** A cluster. Ends the command without it. */
export const clusterOf = (name, operation) =>
  find('clusters', name) ?? refuse('DBClusterNotFoundFault', operation, `DBCluster ${name} not found.`);
/** The instances of a cluster. */
export const instancesOf = (name) =>
  findAll('instances').filter(({ DBClusterIdentifier }) => DBClusterIdentifier === name);

function newCluster(options) {
  const scaling = options['serverless-v2-scaling-configuration'];
  return {
    DBClusterIdentifier: options['db-cluster-identifier'],
    DBClusterArn: clusterArn(options['db-cluster-identifier']),
    DBSubnetGroup: options['db-subnet-group-name'] ?? 'default',
    Status: 'available',
    HttpEndpointEnabled: options['enable-http-endpoint'] ?? false,
    ServerlessV2ScalingConfiguration: scaling && shorthand(scaling),
    TagList: (options.tags ?? []).map(shorthand),
  };
}

function newSecret(name, operation) {
  const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:rds!cluster-${randomUUID()}`;
  for (const action of ['CreateSecret', 'TagResource']) authorise(operation, `secretsmanager:${action}`, arn);
  store('secrets', arn, { cluster: name });
  return { SecretArn: arn, SecretStatus: 'active' };
}

function add(description, operation) {
  const name = description.DBClusterIdentifier;
  requireName(name, operation);
  if (!storeNew('clusters', name, description)) {
    refuse('DBClusterAlreadyExistsFault', operation, `DB Cluster ${name} already exists`);
  }
}

/** Commands of RDS for Aurora. Everything is available at once, and deleted at once. */
export const rds = {
  'create-db-cluster'(args) {
    const options = readOptions(args, {
      ...cluster,
      ...creation,
      engine: 'value!',
      'database-name': 'value',
      'master-username': 'value',
      'master-user-password': 'value',
      'manage-master-user-password': 'flag',
      'enable-http-endpoint': 'flag',
    });
    const description = newCluster(options);
    authorise('CreateDBCluster', 'rds:CreateDBCluster', [
      description.DBClusterArn,
      ...shared(description.DBSubnetGroup),
    ]);
    const hasPassword =
      options['manage-master-user-password'] !== (options['master-user-password'] !== undefined);
    if (!hasPassword || !options['master-username']) {
      refuse(
        'InvalidParameterCombination',
        'CreateDBCluster',
        'The parameter MasterUserPassword must be provided',
      );
    }
    const database = { name: options['database-name'] ?? 'postgres', tables: {} };
    const secret = newSecret(description.DBClusterIdentifier, 'CreateDBCluster');
    const created = { ...description, Engine: options.engine, MasterUserSecret: secret, database };
    add(created, 'CreateDBCluster');
    print({ DBCluster: created }, options);
  },
  'restore-db-cluster-to-point-in-time'(args) {
    const options = readOptions(args, {
      ...cluster,
      ...creation,
      'source-db-cluster-identifier': 'value!',
      'restore-type': 'value',
      'use-latest-restorable-time': 'flag',
      'restore-to-time': 'value',
    });
    const operation = 'RestoreDBClusterToPointInTime';
    const name = options['source-db-cluster-identifier'];
    const description = newCluster(options);
    const resources = [clusterArn(name), description.DBClusterArn, ...shared(description.DBSubnetGroup)];
    authorise(operation, `rds:${operation}`, resources);
    const source = clusterOf(name, operation);
    if (!['copy-on-write', 'full-copy'].includes(options['restore-type'] ?? 'full-copy')) {
      refuse('InvalidParameterValue', operation, `Invalid restore type ${options['restore-type']}`);
    }
    if (!options['use-latest-restorable-time'] === (options['restore-to-time'] === undefined)) {
      refuse('InvalidParameterCombination', operation, 'Specify RestoreToTime or UseLatestRestorableTime');
    }
    if (instancesOf(name).length === 0)
      refuse('InvalidDBClusterStateFault', operation, `${name} has no DB instances`);
    // A clone has the password of its source, until it gets a secret of its own.
    const clone = { ...description, Engine: source.Engine, database: source.database, clonedFrom: name };
    add(clone, operation);
    print({ DBCluster: clone }, options);
  },
  'create-db-instance'(args) {
    const options = readOptions(args, {
      ...instance,
      'db-cluster-identifier': 'value!',
      engine: 'value!',
      'db-instance-class': 'value!',
    });
    const name = options['db-instance-identifier'];
    const owner = options['db-cluster-identifier'];
    authorise('CreateDBInstance', 'rds:CreateDBInstance', [
      arnOf('db', name),
      clusterArn(owner),
      arnOf('pg', 'default.aurora'),
      arnOf('og', 'default:aurora'),
    ]);
    const { Engine, ServerlessV2ScalingConfiguration } = clusterOf(owner, 'CreateDBInstance');
    requireName(name, 'CreateDBInstance');
    if (Engine !== options.engine)
      refuse('InvalidParameterCombination', 'CreateDBInstance', `The engine is ${Engine}`);
    if (options['db-instance-class'] === 'db.serverless' && !ServerlessV2ScalingConfiguration) {
      refuse(
        'InvalidParameterCombination',
        'CreateDBInstance',
        'Set the Serverless v2 scaling configuration on the parent DB cluster',
      );
    }
    const created = { DBInstanceIdentifier: name, DBClusterIdentifier: owner, DBInstanceStatus: 'available' };
    if (!storeNew('instances', name, created)) {
      refuse('DBInstanceAlreadyExists', 'CreateDBInstance', 'DB instance already exists');
    }
    print({ DBInstance: created }, options);
  },
  'modify-db-cluster'(args) {
    const options = readOptions(args, {
      ...cluster,
      'manage-master-user-password': 'flag',
      'apply-immediately': 'flag',
    });
    const name = options['db-cluster-identifier'];
    authorise('ModifyDBCluster', 'rds:ModifyDBCluster', clusterArn(name));
    const found = clusterOf(name, 'ModifyDBCluster');
    const secret = options['manage-master-user-password']
      ? newSecret(name, 'ModifyDBCluster')
      : found.MasterUserSecret;
    store('clusters', name, { ...found, MasterUserSecret: secret });
    print({ DBCluster: found }, options);
  },
  'enable-http-endpoint'(args) {
    const options = readOptions(args, { 'resource-arn': 'value!' });
    const arn = options['resource-arn'];
    authorise('EnableHttpEndpoint', 'rds:EnableHttpEndpoint', arn);
    const name = arn.split(':').at(-1);
    store('clusters', name, { ...clusterOf(name, 'EnableHttpEndpoint'), HttpEndpointEnabled: true });
    print({ ResourceArn: arn, HttpEndpointEnabled: true }, options);
  },
  'add-tags-to-resource'(args) {
    const options = readOptions(args, { 'resource-name': 'value!', tags: 'list!' });
    const arn = options['resource-name'];
    authorise('AddTagsToResource', 'rds:AddTagsToResource', arn);
    const name = arn.split(':').at(-1);
    const found = clusterOf(name, 'AddTagsToResource');
    const added = options.tags.map(shorthand);
    const kept = found.TagList.filter(({ Key }) => added.every((tag) => tag.Key !== Key));
    store('clusters', name, { ...found, TagList: [...kept, ...added] });
  },
  'describe-db-clusters'(args) {
    const options = readOptions(args, cluster);
    const name = options['db-cluster-identifier'];
    authorise('DescribeDBClusters', 'rds:DescribeDBClusters', clusterArn(name));
    print({ DBClusters: [clusterOf(name, 'DescribeDBClusters')] }, options);
  },
  'describe-db-instances'(args) {
    const options = readOptions(args, instance);
    const name = options['db-instance-identifier'];
    authorise('DescribeDBInstances', 'rds:DescribeDBInstances', arnOf('db', name));
    const found =
      find('instances', name) ??
      refuse('DBInstanceNotFound', 'DescribeDBInstances', `DBInstance ${name} not found.`);
    print({ DBInstances: [found] }, options);
  },
  'delete-db-instance'(args) {
    const options = readOptions(args, { ...instance, 'skip-final-snapshot': 'flag' });
    const name = options['db-instance-identifier'];
    authorise('DeleteDBInstance', 'rds:DeleteDBInstance', arnOf('db', name));
    if (!find('instances', name))
      refuse('DBInstanceNotFound', 'DeleteDBInstance', `DBInstance ${name} not found.`);
    remove('instances', name);
    print({ DBInstance: { DBInstanceIdentifier: name } }, options);
  },
  'delete-db-cluster'(args) {
    const options = readOptions(args, {
      ...cluster,
      'skip-final-snapshot': 'flag',
      'final-db-snapshot-identifier': 'value',
    });
    const name = options['db-cluster-identifier'];
    const snapshot = options['final-db-snapshot-identifier'];
    authorise('DeleteDBCluster', 'rds:DeleteDBCluster', [
      clusterArn(name),
      ...(snapshot ? [arnOf('cluster-snapshot', snapshot)] : []),
    ]);
    const found = clusterOf(name, 'DeleteDBCluster');
    if (Boolean(options['skip-final-snapshot']) === (snapshot !== undefined)) {
      refuse(
        'InvalidParameterCombination',
        'DeleteDBCluster',
        'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified',
      );
    }
    if (instancesOf(name).length > 0) {
      refuse(
        'InvalidDBClusterStateFault',
        'DeleteDBCluster',
        'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
      );
    }
    if (snapshot) store('snapshots', snapshot, found);
    remove('clusters', name);
    if (found.MasterUserSecret) remove('secrets', found.MasterUserSecret.SecretArn);
    print({ DBCluster: found }, options);
  },
  'wait db-cluster-available': (args) => wait(args, cluster, 'clusters', true),
  'wait db-cluster-deleted': (args) => wait(args, cluster, 'clusters', false),
  'wait db-instance-available': (args) => wait(args, instance, 'instances', true),
};

function wait(args, spec, kind, exists) {
  const name = Object.values(readOptions(args, spec))[0];
  const [action, arn] =
    kind === 'clusters'
      ? ['DescribeDBClusters', clusterArn(name)]
      : ['DescribeDBInstances', arnOf('db', name)];
  authorise(action, `rds:${action}`, arn);
  if ((find(kind, name) !== undefined) !== exists)
    fail('Waiter failed: Waiter encountered a terminal failure state', 255);
}
