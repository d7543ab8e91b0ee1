import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, keysOf } from '../../support/aws-stand-ins.ts';
import { openRepository } from '../../support/git-repository.ts';
import {
  type MirrorStage,
  mirrorDifficultHistory,
  startMirrorStage,
} from '../../support/mirrored-repository.ts';

let stage: MirrorStage;
beforeAll(async () => {
  stage = await startMirrorStage();
});
afterAll(() => stage.stop());

/** Returns the commands of a section of the guide. */
function commandsOf(heading: string): string {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/mirror.md'), 'utf8');
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return /```sh\n(.*?)```/s.exec(section)?.[1] ?? '';
}

/** Creates an `aws` command for the two calls of the guide, on the stored mirror. */
async function anAwsCommand({ local, aPath }: MirrorStage, project: string): Promise<string> {
  const objects = aPath();
  for (const name of await keysOf(local, project)) {
    const path = join(objects, project, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await contentOf(local, `${project}/${name}`));
  }
  const Key = { pk: { S: `PROJECT#${project}` }, sk: { S: 'MIRROR' } };
  const { Item } = await local.dynamodb.send(new GetItemCommand({ TableName: local.tableName, Key }));
  writeFileSync(join(objects, 'record.json'), JSON.stringify(Item));
  const asked = `--table-name table --key {"pk": {"S": "${Key.pk.S}"}, "sk": {"S": "${Key.sk.S}"}}`;
  const query = `dynamodb get-item ${asked} --query Item --output json`;
  const directory = aPath();
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'aws'),
    `#!/bin/sh
case "$*" in
  '${query}') cat "${objects}/record.json" ;;
  's3 cp s3://bucket/'*) cp "${objects}/\${3#s3://bucket/}" "$4" ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
  return directory;
}

describe('the mirror', () => {
  it('is restored with stock git by the commands of the guide', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorDifficultHistory(world);
    const { project, repository, directory } = world;
    const bin = await anAwsCommand(stage, project);
    mkdirSync(directory);

    await promisify(execFile)('sh', ['-eu', '-c', commandsOf('Restore it by hand')], {
      cwd: directory,
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        HOME: directory,
        project,
        table: 'table',
        bucket: 'bucket',
      },
    });

    const restored = openRepository(join(directory, 'mirror.git'));
    expect(restored.refs()).toEqual(repository.refs());
    expect(restored.objects()).toEqual(repository.objects());
    expect(restored.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });
});
