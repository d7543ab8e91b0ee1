import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';

const archive = 'terraform_1.11.4_linux_arm64.zip';

/** Sources terraform.sh on a machine without Terraform, where `curl` writes these bytes. */
function install(download: string, cached?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'bough-terraform-'));
  const cache = join(directory, 'cache');
  const bin = join(directory, 'bin');
  for (const path of [cache, bin]) mkdirSync(path);
  const commands = {
    uname: 'echo aarch64',
    curl: `echo "$@" >> ${directory}/downloads; while [ "$1" != --output ]; do shift; done; printf '${download}' > "$2"`,
  };
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  if (cached !== undefined) writeFileSync(join(cache, archive), cached);
  const { status, stderr } = spawnSync('sh', ['-eu', '-c', '. .bough/terraform.sh'], {
    cwd: join(examplesDirectory, 'terraform'),
    env: { PATH: `${bin}:/usr/bin:/bin`, BOUGH_CACHE_DIR: cache },
    encoding: 'utf8',
  });
  return {
    status,
    stderr,
    isCached: existsSync(join(cache, archive)),
    downloads: readFileSync(join(directory, 'downloads'), 'utf8'),
  };
}

describe('The example of Terraform', () => {
  it.each([undefined, 'poisoned'])(
    'refuses and forgets a Terraform with another checksum (cached: %s)',
    (cached) => {
      const { status, stderr, isCached, downloads } = install('not terraform', cached);

      expect(status).toBe(1);
      expect(stderr).toBe('The checksum of Terraform 1.11.4 is wrong\n');
      expect(isCached).toBe(false);
      expect(downloads).toContain(`https://releases.hashicorp.com/terraform/1.11.4/${archive}`);
    },
  );

  it('has an API that lists notes without their e-mail addresses and adds valid ones', async () => {
    const { answer } = await import(pathToFileURL(join(examplesDirectory, 'terraform/src/index.mjs')).href);
    const items: { id: { S: string }; email: { S: string }; text: { S: string } }[] = [];
    const notes = { list: async () => items, put: async (item: (typeof items)[number]) => items.push(item) };
    const ask = (method: string, body?: string) =>
      answer({ requestContext: { http: { method } }, body }, notes);
    const post = (note: unknown) => ask('POST', JSON.stringify(note));

    const { statusCode } = await post({ email: 'ada@example.org', text: 'Rye' });
    const listed = await ask('GET');

    expect(statusCode).toBe(201);
    expect(JSON.parse(listed.body)).toEqual([{ id: items[0]?.id.S, text: 'Rye' }]);
    for (const wrong of [null, {}, { email: 'ada@example.org', text: 1 }]) {
      expect((await post(wrong)).statusCode).toBe(400);
    }
    expect((await ask('POST', 'no JSON')).statusCode).toBe(400);
  });
});
