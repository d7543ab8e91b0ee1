import type { Checkout } from '../../cli/context/checkout.ts';
import { run } from '../../cli/program.ts';
import { yesNoHint } from '../../cli/terminal/answers.ts';
import { type InputOptions, plainProgress, type Questions } from '../../cli/terminal/terminal.ts';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { Outcome } from '../../shared/domain/activities/conclude.ts';
import type { Effect } from '../../shared/domain/activities/effect.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { hookPath } from '../../shared/domain/integrations/integration.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import { concludeActivity } from '../../shared/workflow/activities/steps/conclude-activity.ts';
import { concludeOnIntegration } from '../../shared/workflow/commit/integration-activities.ts';
import { serveApi } from './api-server.ts';
import { type ApiWorld, apiUrl, apiWorld } from './api-world.ts';
import { anIntegration, aProject, projectId, theProductionEnvironment } from './builders.ts';

/** The text before Enter, or a function that resolves to it after a side effect. For a choice: a number or a name. */
type Answer = string | (() => Promise<string>);

/** The environment of a command. */
export interface CliOptions {
  env?: Record<string, string>;
  /** The user's answers; without them the terminal is not interactive. */
  answers?: Answer[];
  /** The checkout that the command runs in; by default none. */
  checkout?: Checkout;
  /** The width of the terminal of stdout; without it stdout is no terminal. */
  columns?: number;
  /** Gets each text that the command prints as data. */
  onWrite?: (text: string) => void;
  /** Runs whenever the command pauses. */
  onPause?: () => Promise<void> | void;
}

/** Runs a command in this process. Resolves to its output and exit code. */
export async function runCli(argv: readonly string[], options: CliOptions = {}) {
  const { env = {}, answers, checkout = null, columns, onWrite, onPause } = options;
  let [stdout, stderr, pauses] = ['', '', 0];
  const info = (line: string) => {
    stderr += `${line}\n`;
  };
  const code = await run(argv, {
    env,
    checkout: async () => checkout,
    interactive: answers !== undefined,
    columns,
    hasColours: columns !== undefined,
    write: (text) => {
      stdout += text;
      onWrite?.(text);
    },
    writeLog: (line) => {
      stdout += `${line}\n`;
    },
    info,
    error: info,
    ...theUser(info, answers ?? []),
    progress: async () => plainProgress(info),
    pause: async (_, signal) => {
      signal?.throwIfAborted();
      pauses += 1;
      if (pauses > 100) throw new Error('the command waits for ever');
      await onPause?.();
    },
  });
  return { code, stdout, stderr, pauses };
}

/** A user with these answers, and a terminal that echoes them. */
function theUser(info: (line: string) => void, answers: Answer[]): Questions {
  const answerTo = async (question: string) => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`no answer for: ${question}`);
    return typeof answer === 'string' ? answer : answer();
  };
  const read = async (question: string, { default: otherwise = '', validate }: InputOptions = {}) => {
    const answer = (await answerTo(question)) || otherwise;
    const isValid = validate?.(answer) ?? true;
    if (isValid !== true) throw new Error(`the answer to ${question} is invalid: ${isValid}`);
    return answer;
  };
  return {
    async confirm(question, { default: otherwise = true } = {}) {
      const asked = `${question} ${yesNoHint(otherwise)}`;
      const answer = await answerTo(asked);
      info(`${asked} ${answer}`);
      return answer === '' ? otherwise : /^y/i.test(answer);
    },
    async input(question, options) {
      const answer = await read(question, options);
      info(`${question} ${answer}`);
      return answer;
    },
    async secret(question, options) {
      info(question);
      return read(question, options);
    },
    async choose(question, choices, options) {
      info([question, ...choices.map(({ name }, index) => `  ${index + 1}. ${name}`)].join('\n'));
      const answer = await answerTo(question);
      if (answer === '' && options?.default !== undefined) return options.default;
      const chosen = choices.find(({ name }, index) => [name, String(index + 1)].includes(answer));
      if (!chosen) throw new Error(`${answer} is no answer to: ${question}`);
      return chosen.value;
    },
  };
}

type WorldOptions = Parameters<typeof apiWorld>[0] & {
  decodes?: boolean;
  /** Overrides of Bitbucket's responses. */
  host?: Partial<GitHost>;
};

/** The end of an activity, and its deployment. */
type Ended = Pick<Outcome, 'ending' | 'deployment'>;

/** The command and a management API over HTTP, with access to the API's stores. */
export async function cliWorld(options: WorldOptions = {}) {
  const world: ApiWorld = apiWorld(options);
  /** The end of a started activity; null keeps it running. */
  const endOf = (_: Activity): Ended | null => null;
  const work = Object.assign(world.work, { endOf });
  concludeStartedActivities(world, options.host ?? {}, (activity) => work.endOf(activity));
  const server = await serveApi(world.handler, options);
  return {
    ...world,
    work,
    requests: server.requests,
    url: server.url,
    /** The last request with a method other than GET. */
    sent: () => {
      const { method, path, body } = server.requests.findLast((request) => request.method !== 'GET')!;
      return { method, path, ...(body ? { body: JSON.parse(body) } : {}) };
    },
    bough: (argv: readonly string[], cli: CliOptions = {}) =>
      runCli(argv, { ...cli, env: { BOUGH_API_URL: server.url, ...cli.env } }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A world with a project, an integration and environments besides production, where all activities succeed. */
export async function cliWorldOf(environments: readonly Environment[], integration = anIntegration()) {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.integrations.save(integration);
  for (const environment of [theProductionEnvironment(), ...environments]) {
    await world.environments.save(environment);
  }
  world.work.endOf = succeed;
  return { ...world, stored: (id: string) => world.environments.get(projectId, id) };
}

/** Every activity succeeds; a deployment has one route. */
export function succeed(activity: Activity): Ended {
  const { id, commit, created_at } = activity;
  const routes = [{ url: `https://${id}.example.org/`, type: 'upstream' as const, primary: true }];
  return {
    ending: { result: 'success', because: 'done' },
    ...(commit ? { deployment: { id, commit, created_at, routes } } : {}),
  };
}

function concludeStartedActivities(
  { ports }: ApiWorld,
  host: Partial<GitHost>,
  endOf: (activity: Activity) => Ended | null,
): void {
  const { connect, effects } = ports;
  const send = async (sent: readonly Effect[]) => {
    await effects.send(sent);
    for (const effect of sent) {
      if (!('activity' in effect)) continue;
      const { project, activity } = effect;
      const ended = endOf(activity);
      if (!ended) continue;
      if (effect.type === 'integration.run') {
        const { integration: id } = effect;
        await concludeOnIntegration(ports, { project, id }, activity.id, ended.ending);
      } else {
        await concludeActivity(ports, project, effect.environment, { activity: activity.id, ...ended });
      }
    }
  };
  Object.assign(ports, {
    effects: { send },
    connect: async (...integration: Parameters<typeof connect>) => ({
      ...(await connect(...integration)),
      ...host,
    }),
    hookUrl: (integration: Parameters<typeof hookPath>[0]) => apiUrl + hookPath(integration),
  });
}
