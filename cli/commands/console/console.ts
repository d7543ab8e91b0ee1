import { once } from 'node:events';
import * as z from 'zod';
import { version } from '../../../shared/api/version.ts';
import { type Address, findAddress } from '../../api/address.ts';
import { credentialChain } from '../../api/aws-settings.ts';
import { regionOf } from '../../api/sign-request.ts';
import type { Run } from '../../command.ts';
import { consoleDirectory } from '../../console/console-directory.ts';
import { type RunningConsole, startConsoleServer } from '../../console/console-server.ts';
import { openBrowser, openerOf } from '../../console/open-browser.ts';
import type { Session } from '../../console/respond.ts';
import { renewableCredentials } from '../../console/sign-in.ts';
import { CliError } from '../../errors.ts';
import { Interruption, interruptible } from '../../terminal/interrupt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { wholeNumber } from '../options.ts';

const Options = z.object({
  port: wholeNumber('port', 1).optional(),
  readOnly: z.boolean().default(false),
  open: z.boolean(),
});

/** `console`: serves the web page until Ctrl-C, and opens it. */
export const serveConsole: Run = async ({ options, terminal }) => {
  const { port = 0, readOnly, open } = Options.parse(options);
  if (port > 65_535) throw new CliError(`Invalid value for '--port': ${port} (the largest port is 65535)`);
  const { env, info } = terminal;
  const credentials = renewableCredentials();
  const address = await findAddress(terminal, credentialChain());
  const session = await sessionOf(address, { env, readOnly });
  const server = await startConsoleServer({
    directory: consoleDirectory(),
    port,
    session,
    upstream: { address, env, credentials },
    report: info,
  });
  try {
    await untilCtrlC(async () => {
      info(`Console of ${placeOf(session)}${readOnly ? ', read-only' : ''}. Press Ctrl-C to stop it.`);
      terminal.write(`${server.url}\n`);
      if (open) await tryToOpen(server, terminal);
    });
    return 0;
  } finally {
    await server.stop();
  }
};

async function sessionOf(
  address: Address,
  { env, readOnly }: { env: Terminal['env']; readOnly: boolean },
): Promise<Session> {
  return {
    api_url: address.url,
    region: address.isLoopback ? 'local' : await regionOf(address.url, env),
    stack: address.stack,
    read_only: readOnly,
    version,
  };
}

function placeOf({ stack, region, api_url }: Session): string {
  return stack === null ? api_url : `the stack ${stack} in ${region}`;
}

async function tryToOpen({ url, port }: RunningConsole, { env, info }: Terminal): Promise<void> {
  const opener = openerOf(url, process.platform, env);
  const isOpen = opener !== null && (await openBrowser(opener));
  if (isOpen) return;
  info(
    `No browser could be opened here. Open the address yourself; over SSH, forward the port first: ssh -L ${port}:127.0.0.1:${port} HOST`,
  );
}

/** Begins, and waits for Ctrl-C, which is the usual end of a server. */
async function untilCtrlC(begin: () => Promise<void>): Promise<void> {
  await interruptible(async (signal) => {
    await begin();
    if (!signal.aborted) await once(signal, 'abort');
  }).catch((error: unknown) => {
    if (!(error instanceof Interruption)) throw error;
  });
}
