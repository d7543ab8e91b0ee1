import { consoleDirectory } from '../../cli/console/console-directory.ts';
import { startConsoleServer } from '../../cli/console/console-server.ts';
import { CliError } from '../../cli/errors.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Lifetime } from '../stack/lifetime.ts';

/** Where the console runs, and what it shows. */
interface LocalConsole {
  apiUrl: string;
  port: number;
  say: (text: string) => void;
}

/** Credentials of the local account. Calls to an API on this machine are not signed, so nothing verifies them. */
const credentials = {
  find: async () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
  forget: () => {},
};

/** Serves the console of `bough console` for the local stack. Returns its address; null when the page is not built. */
export async function startConsole(
  { apiUrl, port, say }: LocalConsole,
  lifetime: Lifetime,
): Promise<string | null> {
  try {
    const console = await startConsoleServer({
      directory: consoleDirectory(),
      port,
      session: { api_url: apiUrl, region: 'local', stack: null, read_only: false, version: manifest.version },
      upstream: {
        address: { url: apiUrl, isLoopback: true, remedy: 'Start the local stack: npm start' },
        env: {},
        credentials,
      },
      report: say,
    });
    lifetime.own(() => console.stop());
    return console.url;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    say(error.message);
    return null;
  }
}

/** The address of the console that opens with a project's page. */
export function consoleAt(url: string, project: string): string {
  return `${url}&to=/p/${project}`;
}
