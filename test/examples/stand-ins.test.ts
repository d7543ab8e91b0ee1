import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';
import { commandsOnFiles } from '../support/stand-in-account.ts';

const role = 'arn:aws:iam::000000000000:role/deploy';
const cluster = ['--db-cluster-identifier', 'shop'];

describe('The stand-ins of commands', () => {
  let credentials: Record<string, string>;
  const directory = mkdtempSync(join(tmpdir(), 'bough-account-'));
  const run = (line: readonly string[], environment = credentials) => {
    const [command = '', ...args] = line;
    const { status, stdout, stderr } = spawnSync(join(commandsOnFiles, command), args, {
      cwd: join(examplesDirectory, 'terraform'),
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'us-east-1',
        STAND_IN_ACCOUNT: directory,
        ...environment,
      },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const succeed = (...line: string[]) => expect(run(line)).toMatchObject({ status: 0 });

  beforeAll(() => {
    const session = [
      '--role-session-name',
      'main',
      '--query',
      'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]',
    ];
    const { stdout } = run(
      ['aws', 'sts', 'assume-role', '--role-arn', role, ...session, '--output', 'text'],
      {},
    );
    const [AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = ''] = stdout
      .trim()
      .split('\t');
    credentials = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
    const engine = ['--engine', 'aurora-postgresql'];
    const scaling = ['--serverless-v2-scaling-configuration', 'MinCapacity=0,MaxCapacity=2'];
    const user = ['--master-username', 'app', '--manage-master-user-password'];
    succeed('aws', 'rds', 'create-db-cluster', ...cluster, ...engine, ...user, ...scaling);
    const instance = ['--db-instance-identifier', 'shop', '--db-instance-class', 'db.serverless'];
    succeed('aws', 'rds', 'create-db-instance', ...instance, ...cluster, ...engine);
  });

  it.each([
    ['aws s3 ls', 'Invalid choice: s3 ls'],
    ['aws rds describe-db-clusters --db-cluster shop', 'Unknown options: --db-cluster'],
    ['aws rds describe-db-clusters', 'the following arguments are required: --db-cluster-identifier'],
    ['aws rds delete-db-cluster --db-cluster-identifier shop', 'FinalDBSnapshotIdentifier is required'],
    [
      'aws rds delete-db-cluster --db-cluster-identifier shop --skip-final-snapshot',
      'it still contains DB instances',
    ],
    [
      'aws rds restore-db-cluster-to-point-in-time --db-cluster-identifier a --source-db-cluster-identifier none --use-latest-restorable-time',
      'DBCluster none not found',
    ],
    ['aws ecr create-repository --repository-name Shop', 'InvalidParameterException'],
    ['aws cloudformation deploy --stack-name a --template-file main.tf', 'ValidationError'],
    ['docker run node', 'unknown command: docker run'],
    ['docker build --tag a --platform linux/arm64 .', 'open Dockerfile: no such file'],
    ['docker push 000000000000.dkr.ecr.us-east-1.amazonaws.com/shop:1', 'does not exist locally'],
    ['terraform deploy', 'has no command named "deploy"'],
    ['terraform init', 'Missing Required Value: the attribute "bucket"'],
    ['terraform apply -force', 'flag provided but not defined: -force'],
    ['terraform apply -input=false', 'error asking for approval'],
    ['terraform apply -input=false -auto-approve', 'Backend initialization required'],
  ])('refuse %s as the real ones do', (line, message) => {
    const { status, stderr } = run(line.split(' '));

    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(message);
  });

  it('refuse credentials that are not those of a role', () => {
    const { stderr } = run(['aws', 'rds', 'describe-db-clusters', ...cluster], {
      AWS_ACCESS_KEY_ID: 'local-build',
    });

    expect(stderr).toContain('(AccessDenied) when calling the DescribeDBClusters operation');
  });
});
