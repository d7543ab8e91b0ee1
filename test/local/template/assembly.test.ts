import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings.ts';
import { assemble, MAX_ASSEMBLIES } from '../../../local/template/assembly.ts';
import { temporaryDirectory } from '../support.ts';

const settings = readSettings({});

describe('the assembly of a start', () => {
  it('has the template and the assets, and is kept for the next start with the same settings', async () => {
    const assemblies = await temporaryDirectory();
    const first = await assemble(settings, await temporaryDirectory(), assemblies);
    const [kept = ''] = await readdir(assemblies);
    const { ino } = await stat(join(assemblies, kept));

    const second = await assemble(settings, await temporaryDirectory(), assemblies);
    expect(second.template).toEqual(first.template);
    expect(await readdir(second.assetsDirectory)).toEqual(await readdir(first.assetsDirectory));
    expect(await readdir(assemblies)).toEqual([kept]);
    expect((await stat(join(assemblies, kept))).ino).toBe(ino);
  });

  it('takes the place of the one that was used longest ago', async () => {
    const assemblies = await temporaryDirectory();
    for (let hour = 1; hour <= MAX_ASSEMBLIES; hour += 1) {
      await mkdir(join(assemblies, `used-at-${hour}`));
      await utimes(join(assemblies, `used-at-${hour}`), hour * 3600, hour * 3600);
    }
    await assemble(settings, await temporaryDirectory(), assemblies);

    const names = await readdir(assemblies);
    expect(names).toHaveLength(MAX_ASSEMBLIES);
    expect(names).not.toContain('used-at-1');
    expect(names).toContain('used-at-2');
  });
});
