import { run } from '../../cli/program.ts';
import { hint } from '../../cli/terminal/answers.ts';
import { type InputOptions, plainProgress, type Questions } from '../../cli/terminal/terminal.ts';
import type { Activity } from '../../shared/domain/activity.ts';
import type { Outcome } from '../../shared/domain/conclude.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import { hookPath } from '../../shared/domain/integration.ts';
import type { Effect, GitHost } from '../../shared/ports.ts';
import { concludeActivity } from '../../shared/workflow/conclude-activity.ts';
import { concludeOnIntegration } from '../../shared/workflow/integration-activities.ts';
import { serveApi } from './api-server.ts';
import { type ApiWorld, apiUrl, apiWorld } from './api-world.ts';
import { anIntegration, aProject, projectId, theProductionEnvironment } from './builders.ts';

/** What somebody types before pressing Enter, perhaps after something has happened; of a choice, a number or a name. */
type Answer = string | (() => Promise<string>);

export interface CliOptions {
  env?: Record<string, string>;
  /** What a person at the terminal answers; without, nobody is there. */
  answers?: Answer[];
  /** How wide the terminal is that shows the data; without, the data goes elsewhere. */
  columns?: number;
  /** Runs whenever the command pauses. */
  onPause?: () => Promise<void> | void;
}

/** Runs the command in this process, and answers with what it wrote and its exit code. */
export async function runCli(argv: readonly string[], options: CliOptions = {}) {
  const { env = {}, answers, columns, onPause } = options;
  let [stdout, stderr, pauses] = ['', '', 0];
  const tell = (line: string) => {
    stderr += `${line}\n`;
  };
  const code = await run(argv, {
    env,
    interactive: answers !== undefined,
    columns,
    hasColours: columns !== undefined,
    write: (text) => {
      stdout += text;
    },
    writeLog: (line) => {
      stdout += `${line}\n`;
    },
    tell,
    ...thePerson(tell, answers ?? []),
    progress: async () => plainProgress(tell),
    pause: async (_, signal) => {
      signal?.throwIfAborted();
      pauses += 1;
      if (pauses > 100) throw new Error('the command waits without end');
      await onPause?.();
    },
  });
  return { code, stdout, stderr, pauses };
}

/** Somebody who answers, and whose terminal shows it. */
function thePerson(tell: (line: string) => void, answers: Answer[]): Questions {
  const answerTo = async (question: string) => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`nobody answers: ${question}`);
    return typeof answer === 'string' ? answer : answer();
  };
  const read = async (question: string, { default: otherwise = '', validate }: InputOptions = {}) => {
    const answer = (await answerTo(question)) || otherwise;
    const isValid = validate?.(answer) ?? true;
    if (isValid !== true) throw new Error(`the answer to ${question} is refused: ${isValid}`);
    return answer;
  };
  return {
    async confirm(question, { default: otherwise = true } = {}) {
      const asked = `${question} ${hint(otherwise)}`;
      const answer = await answerTo(asked);
      tell(`${asked} ${answer}`);
      return answer === '' ? otherwise : /^y/i.test(answer);
    },
    async input(question, options) {
      const answer = await read(question, options);
      tell(`${question} ${answer}`);
      return answer;
    },
    async secret(question, options) {
      tell(question);
      return read(question, options);
    },
    async choose(question, choices, options) {
      tell([question, ...choices.map(({ name }, index) => `  ${index + 1}. ${name}`)].join('\n'));
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
  /** What Bitbucket answers, beside what every test of the API needs. */
  host?: Partial<GitHost>;
};

/** How an activity ends, and what a deployment leaves behind. */
type Ended = Pick<Outcome, 'ending' | 'deployment'>;

/** The command against a management API over HTTP, whose stores the test can see. */
export async function cliWorld(options: WorldOptions = {}) {
  const world: ApiWorld = apiWorld(options);
  /** What becomes of an activity that is started; null leaves it under way. */
  const endOf = (_: Activity): Ended | null => null;
  const work = Object.assign(world.work, { endOf });
  playAlong(world, options.host ?? {}, (activity) => work.endOf(activity));
  const server = await serveApi(world.handler, options);
  return {
    ...world,
    work,
    requests: server.requests,
    url: server.url,
    /** What was sent last with a method other than GET, and where. */
    sent: () => {
      const { method, path, body } = server.requests.findLast((request) => request.method !== 'GET')!;
      return { method, path, ...(body ? { body: JSON.parse(body) } : {}) };
    },
    bough: (argv: readonly string[], cli: CliOptions = {}) =>
      runCli(argv, { ...cli, env: { BOUGH_API_URL: server.url, ...cli.env } }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The same with a project that has an integration and environments beside the production one; all work succeeds. */
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

function playAlong(
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
        await concludeActivity(ports)(project, effect.environment, { activity: activity.id, ...ended });
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
