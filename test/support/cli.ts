import { run } from '../../cli/program.ts';
import { serveApi } from './api-server.ts';
import { type ApiWorld, apiWorld } from './api-world.ts';

export interface CliOptions {
  env?: Record<string, string>;
  /** What a person at the terminal answers; without, nobody is there. */
  answers?: string[];
  /** Runs whenever the command pauses. */
  onPause?: () => Promise<void> | void;
}

/** Runs the command in this process, and answers with what it wrote and its exit code. */
export async function runCli(argv: readonly string[], options: CliOptions = {}) {
  const { env = {}, answers, onPause } = options;
  let [stdout, stderr, pauses] = ['', '', 0];
  const code = await run(argv, {
    env,
    interactive: answers !== undefined,
    write: (text) => {
      stdout += text;
    },
    tell: (line) => {
      stderr += `${line}\n`;
    },
    ask: async (question) => {
      stderr += question;
      const answer = answers?.shift();
      if (answer === undefined) throw new Error(`nobody answers: ${question}`);
      return answer;
    },
    pause: async () => {
      pauses += 1;
      if (pauses > 100) throw new Error('the command waits without end');
      await onPause?.();
    },
  });
  return { code, stdout, stderr, pauses };
}

/** The command against a management API over HTTP, whose stores the test can see. */
export async function cliWorld(options: Parameters<typeof apiWorld>[0] & { decodes?: boolean } = {}) {
  const world: ApiWorld = apiWorld(options);
  const server = await serveApi(world.handler, options);
  return {
    ...world,
    requests: server.requests,
    url: server.url,
    bough: (argv: readonly string[], cli: CliOptions = {}) =>
      runCli(argv, { ...cli, env: { BOUGH_API_URL: server.url, ...cli.env } }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
