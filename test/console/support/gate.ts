import { startConsoleServer } from '../../../cli/console/console-server.ts';

/** Options of `startGate`. */
interface GateOptions {
  /** The directory of the built page. */
  readonly directory: string;
  /** The URL of the API. */
  readonly api: string;
  readonly readOnly?: boolean;
  readonly report: (message: string) => void;
}

/** An address at which nothing listens: users cannot open ports below 1024. */
const nowhere = 'http://127.0.0.1:1';

/** Starts the server of `bough console` in front of an API. */
export async function startGate({ directory, api, readOnly = false, report }: GateOptions) {
  const state = { down: false };
  const server = await startConsoleServer({
    directory,
    port: 0,
    session: { api_url: api, region: 'eu-west-1', stack: 'bough', read_only: readOnly, version: '0.1.0' },
    upstream: {
      address: {
        get url() {
          return state.down ? nowhere : api;
        },
        isLoopback: true,
        remedy: 'Check that the API runs.',
      },
      env: {},
      credentials: {
        find: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }),
        forget: () => undefined,
      },
    },
    report,
  });
  return {
    ...server,
    origin: new URL(server.url).origin,
    /** While `down` is true, the API refuses connections. */
    state,
  };
}
