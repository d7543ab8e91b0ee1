import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb';

/** True where the DynamoDB stand-in is dynoxide, which imports exports of DynamoDB. */
export const canImport = process.platform === 'linux' && process.arch === 'x64';

/**
 * Makes the state of a DynamoDB stand-in whose table has items, in a new directory. An import of 10,000 items takes a second,
 * writes take minutes.
 */
export async function importItems(
  table: TableDescription,
  items: readonly Record<string, AttributeValue>[],
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bough-imported-'));
  const data = join(directory, 'export', table.TableName ?? '', 'data');
  await mkdir(data, { recursive: true });
  const lines = items.map((Item) => `${JSON.stringify({ Item })}\n`).join('');
  await writeFile(join(data, 'items.json.gz'), gzipSync(lines, { level: 1 }));
  await writeFile(join(directory, 'schema.json'), JSON.stringify({ Table: table }));
  const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
  const paths = ['--source', 'export', '--schema', 'schema.json', '--output', 'dynoxide.sqlite'];
  await promisify(execFile)(join(dirname(manifest), 'dynoxide'), ['import', ...paths], { cwd: directory });
  return directory;
}
