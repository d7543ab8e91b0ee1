import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';
import { commandsOnFiles, standInAccount } from '../support/stand-in-account.ts';

const project = 'aaaaaaaaaaaaa';
const names = { main: `app-${project}-main-x`, preview: `app-${project}-pr-1-y` };

describe('The example of a clone of Aurora', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bough-aurora-'));
  const account = standInAccount(join(directory, 'account'));

  /** Runs a script of a copy of the example as a build does. */
  function run(script: string, environment: 'main-x' | 'pr-1-y') {
    const { status, stderr } = spawnSync(join(directory, '.bough', script), {
      cwd: directory,
      env: {
        PATH: [commandsOnFiles, process.env['PATH']].join(delimiter),
        AWS_REGION: 'us-east-1',
        STAND_IN_ACCOUNT: join(directory, 'account'),
        DEPLOY_ROLE: account.variables(project)['env:DEPLOY_ROLE'],
        BOUGH_PROJECT: project,
        BOUGH_MACHINE_NAME: environment,
        BOUGH_ENVIRONMENT_TYPE: environment === 'main-x' ? 'production' : 'development',
        BOUGH_PARENT: 'main',
        BOUGH_PARENT_DATA_URI: environment === 'main-x' ? '' : `s3://data/${project}/main-x`,
        BOUGH_SITE_DIR: directory,
      },
      encoding: 'utf8',
    });
    return { status, stderr };
  }

  beforeAll(() => {
    cpSync(join(examplesDirectory, 'aurora-clone'), directory, { recursive: true });
    expect(run('deploy', 'main-x')).toEqual({ status: 0, stderr: '' });
  });

  it('never deploys a clone whose masking failed, and masks the next one', () => {
    const masking = readFileSync(join(directory, '.bough/mask.sql'), 'utf8');
    writeFileSync(join(directory, '.bough/mask.sql'), 'update custmers set id = id\n');

    const failed = run('clone-data', 'pr-1-y');
    const refused = run('deploy', 'pr-1-y');
    writeFileSync(join(directory, '.bough/mask.sql'), masking);

    expect(failed).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('relation "custmers" does not exist'),
    });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('The clone is not masked') });
    expect(run('clone-data', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
    expect(run('deploy', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
  });

  it('masks by a last line that has no newline, and refuses a file without a statement', () => {
    const file = join(directory, '.bough/mask.sql');
    const masking = readFileSync(file, 'utf8');
    writeFileSync(file, '-- The last line counts.\nupdate custmers set id = id');
    const failed = run('clone-data', 'pr-1-y');
    writeFileSync(file, '-- Nothing yet.\n\n');
    const empty = run('clone-data', 'pr-1-y');
    const refused = run('deploy', 'pr-1-y');
    writeFileSync(file, masking.trimEnd());

    expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining('"custmers" does not exist') });
    expect(empty).toMatchObject({ status: 1, stderr: expect.stringContaining('has no statement') });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('The clone is not masked') });
    expect(run('clone-data', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
    expect(run('deploy', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
  });

  it('removes what a build that was stopped has left, and keeps a snapshot of production only', () => {
    account.remove('instances', names.preview);

    expect(run('teardown', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
    expect(run('teardown', 'pr-1-y')).toEqual({ status: 0, stderr: '' });
    expect(account.names('snapshots')).toEqual([]);
    expect(run('teardown', 'main-x')).toEqual({ status: 0, stderr: '' });

    expect(account.names('clusters')).toEqual([]);
    expect(account.names('snapshots')).toEqual([expect.stringMatching(`^${names.main}-\\d{14}$`)]);
  });
});
