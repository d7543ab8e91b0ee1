import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLogFile } from '../../../local/log/log-file.ts';
import { temporaryDirectory } from '../support.ts';

async function aFile(maxBytes: number, before = '') {
  const directory = await temporaryDirectory();
  const path = join(directory, 'stack.log');
  if (before !== '') writeFileSync(path, before);
  return { directory, path, file: openLogFile(path, maxBytes) };
}

describe('the log of the local stack', () => {
  it('keeps its newest lines in two files of the maximum size', async () => {
    const { directory, path, file } = await aFile(1000);
    for (let line = 0; line < 10_000; line += 1) file.write(`line ${line}`);
    file.close();

    expect((await readdir(directory)).sort()).toEqual(['stack.log', 'stack.log.1']);
    expect(statSync(path).size).toBeLessThanOrEqual(1000);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1000);
    const kept = (readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).trimEnd().split('\n');
    const first = Number(kept[0]?.split(' ')[1]);
    expect(kept).toEqual(Array.from(kept, (_, index) => `line ${first + index}`));
    expect(kept.at(-1)).toBe('line 9999');
  });

  it('appends to the file of the last start', async () => {
    const { path, file } = await aFile(100, 'before\n');
    file.write('after');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });

  it('rotates a file that an earlier start left too large', async () => {
    const { path, file } = await aFile(100, 'x'.repeat(200));
    file.write('after');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('after\n');
  });

  it('writes each line at once', async () => {
    const { path, file } = await aFile(100);
    file.write('one');
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    file.close();
  });
});
