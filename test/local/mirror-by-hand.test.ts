import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { s3Mirrors } from '../../shared/adapters/aws/mirrors.ts';
import { dynamoTable } from '../../shared/adapters/aws/table.ts';
import { gitSource } from '../../shared/git/source.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { mirrorRefs } from '../../shared/workflow/mirror-refs.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../support/aws-stand-ins.ts';
import { createRepository, openRepository } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let local: AwsStandIns;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bough-by-hand-'));
  local = await startAwsStandIns();
});
afterAll(async () => {
  await local.stop();
  rmSync(root, { recursive: true });
});

/** What the section of the guide has people type. */
function commandsOf(heading: string): string {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/mirror.md'), 'utf8');
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return /```sh\n(.*?)```/s.exec(section)?.[1] ?? '';
}

/** The two calls of AWS's command line that the guide makes, over what the mirror has stored. */
async function anAwsCommand(project: string): Promise<string> {
  const objects = join(root, 'objects');
  for (const name of await keysOf(local, project)) {
    const path = join(objects, project, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await contentOf(local, `${project}/${name}`));
  }
  const Key = { pk: { S: `PROJECT#${project}` }, sk: { S: 'MIRROR' } };
  const { Item } = await local.dynamodb.send(new GetItemCommand({ TableName: local.tableName, Key }));
  const asked = `--table-name table --key {"pk": {"S": "${Key.pk.S}"}, "sk": {"S": "${Key.sk.S}"}}`;
  const query = `dynamodb get-item ${asked} --query Item.manifest.S --output text`;
  const directory = join(root, 'bin');
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'aws'),
    `#!/bin/sh
case "$*" in
  '${query}') echo '${Item?.['manifest']?.S}' ;;
  's3 cp s3://bucket/'*) cp "${objects}/\${3#s3://bucket/}" "$4" ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
`,
  );
  chmodSync(join(directory, 'aws'), 0o755);
  return directory;
}

describe('the mirror', () => {
  it('is restored with stock git by what the guide says', async () => {
    const project = 'abcdefghijklm';
    await using server = await startGitServerIn(root);
    const repository = createRepository(root, 'source.git');
    const mirrors = s3Mirrors(dynamoTable(local.dynamodb, local.tableName), local.s3, local.bucket);
    const source = gitSource({ url: server.url('source.git'), headers: {} });
    const mirror = async () => {
      const set = repository.refs();
      const drop = [...(await mirrors.read(project)).heads.keys()].filter((ref) => !set.has(ref));
      await mirrorRefs({ mirrors, clock: systemClock }, project, source, { set, drop }, () => undefined);
    };
    const first = repository.commit({ branch: 'main', files: { page: 'one' } });
    repository.commit({ branch: 'feature', files: { topic: 'a' }, from: first });
    repository.annotatedTag('gone', first);
    await mirror();
    repository.deleteRef('refs/heads/feature');
    repository.deleteRef('refs/tags/gone');
    repository.commit({ branch: 'feature/größe', files: { topic: 'b' }, from: first });
    repository.annotatedTag('v1', repository.commit({ branch: 'main', files: { page: 'two' } }));
    await mirror();
    const bin = await anAwsCommand(project);
    const directory = join(root, 'by-hand');
    mkdirSync(directory);

    await promisify(execFile)('sh', ['-eu', '-c', commandsOf('Restore it by hand')], {
      cwd: directory,
      env: { PATH: `${bin}:${process.env['PATH']}`, HOME: root, project, table: 'table', bucket: 'bucket' },
    });

    const restored = openRepository(join(directory, 'mirror.git'));
    expect(restored.refs()).toEqual(repository.refs());
    expect(restored.objects()).toEqual(repository.objects());
    expect(restored.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });
});

async function startGitServerIn(directory: string) {
  const server = await startGitServer({ root: directory });
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
}
