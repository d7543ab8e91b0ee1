import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../../shared/api/command-package.ts';
import { connectApi } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { findInstallation } from '../../installation.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** `self:update`: downloads the package that the deployment serves, and lets npm install it in place of this one. */
export const update: Run = async ({ terminal }) => {
  const installation = findInstallation();
  if (installation === null) {
    throw new CliError(
      'This bough runs from a checkout of Bough. Check out the version of the deployment there, and run npm ci.',
    );
  }
  const archive = await connectApi({ env: terminal.env, info: () => {} }).bytes(packagePath);
  const directory = await mkdtemp(join(tmpdir(), 'bough-update-'));
  const file = join(directory, 'bough.tgz');
  await writeFile(file, archive);
  const prefix = installation.prefix === null ? [] : ['--prefix', installation.prefix];
  const command = ['install', '--global', ...prefix, file];
  const code = await runNpm(command, terminal);
  if (code !== 0) {
    // The file stays, so that the user can install it with other rights.
    throw new CliError(`npm could not install the package. Install it yourself: npm ${command.join(' ')}`);
  }
  await rm(directory, { recursive: true });
  terminal.info('bough is up to date with the deployment.');
  return 0;
};

/** Runs npm, whose output is no data of this command. Resolves to its exit code. Throws `CliError` without npm. */
async function runNpm(args: readonly string[], { env, info }: Terminal): Promise<number | null> {
  const child = spawn('npm', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => info(text.trimEnd()));
  }
  await once(child, 'close').catch((cause: unknown) => {
    throw new CliError('npm cannot be run. Install Node with npm, and make sure that it is on the PATH.', {
      cause,
    });
  });
  return child.exitCode;
}
