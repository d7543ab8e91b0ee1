import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readSettings } from '../../infra/settings.ts';
import { buildIfChanged } from '../../infra/sources.ts';
import { visible } from '../../shared/domain/values/text.ts';
import { readDeployRoles } from '../aws/iam/deploy-roles.ts';
import { type Playground, startBitbucketPlayground } from '../bitbucket/playground.ts';
import { type Api, managementApi, readEnvironments } from '../demo/api.ts';
import {
  consumer,
  createDemoProject,
  createDemoRepository,
  openDemoPullRequest,
  repository,
  withCredentials,
} from '../demo/demo.ts';
import { localUrl } from '../http/net.ts';
import { openLogFile } from '../log/log-file.ts';
import { terminalLine } from '../log/terminal.ts';
import { type Lifetime, settleAll } from '../stack/lifetime.ts';
import { startLocalStack } from '../stack/stack.ts';
import { assemble } from '../template/assembly.ts';
import { REGION } from '../template/resource-types.ts';
import { consoleAt, startConsole } from './console.ts';
import type { LocalOptions } from './options.ts';
import { choosePorts, requireFree } from './ports.ts';
import { consoleNotice, playgroundNotice, welcome } from './welcome.ts';

/** Longest wait for the demo's first deployments. The stack is usable before they end. */
const DEMO_SECONDS = 30;

const say = (text: string) => process.stdout.write(visible(`${text}\n`));

/** Starts the stack from the bundles and the template that go to AWS, the playground, and the demo. */
export async function start(options: LocalOptions, lifetime: Lifetime): Promise<void> {
  await requireFree(options.port);
  mkdirSync(options.stateDirectory, { recursive: true });
  // Repositories are deployed below this directory, and Bough's own package.json must not decide how Node reads their scripts.
  writeFileSync(join(options.stateDirectory, 'package.json'), '{}\n');
  const ports = await choosePorts(options.port, options.stateDirectory);
  say('Bundling and synthesising…');
  const bitbucket = bitbucketUrls(options, localUrl(ports.bitbucket));
  const roles = await readDeployRoles(options.deployRoles);
  const given = {
    builderCompute: options.buildCompute,
    bitbucketApiUrl: bitbucket.apiUrl,
    bitbucketGitUrl: bitbucket.gitUrl,
    bitbucketOauthUrl: bitbucket.oauthUrl,
    bitbucketPrivateHosts: bitbucket.privateHosts,
    deployRoles: roles.arns,
    sitesUrl: options.sites === 'host' ? `http://*.localhost:${ports.sites}` : localUrl(ports.sites),
  };
  const settings = readSettings(given, REGION);
  await buildIfChanged();
  const assembly = await assemble(settings, join(options.stateDirectory, 'cdk.out'));

  say('Starting…');
  const playground = bitbucket.isPlayground
    ? await startPlayground(options, ports.bitbucket, lifetime)
    : null;
  const withDemo = options.demo && playground !== null;
  // The repository needs git and the playground only, so that it costs no time beside the stack.
  const repositoryCreated = withDemo ? createDemoRepository(playground) : Promise.resolve(false);
  const logFile = openLogFile(join(options.stateDirectory, 'stack.log'));
  lifetime.own(async () => logFile.close());
  const starting = startLocalStack({
    ...assembly,
    stateDirectory: options.stateDirectory,
    port: options.port,
    sitesPort: ports.sites,
    scheduleSeconds: options.scheduleSeconds,
    hosts: options.hosts,
    buildLimit: options.buildLimit,
    buildPath: options.buildPath,
    deployRoles: roles.trusting,
    log: (line) => {
      logFile.write(visible(`${line.source}\t${line.line}`));
      const text = terminalLine(line);
      if (text) say(text);
    },
  }).then((started) => {
    lifetime.own(() => started.stop());
    return started;
  });
  const [stack, isNewRepository] = await settleAll([starting, repositoryCreated]);
  const consoleUrl = await startConsole({ apiUrl: stack.apiUrl, port: ports.console, say }, lifetime);
  if (playground) say(playgroundNotice(playground, consumer));
  const api = managementApi(stack.apiUrl);
  const demo = withDemo ? await createDemoProject(api) : null;
  if (consoleUrl !== null) say(consoleNotice(demo ? consoleAt(consoleUrl, demo.project) : consoleUrl));
  say(`\nready ${stack.apiUrl}`);
  if (!withDemo || demo === null) return;
  if (demo.isNew && isNewRepository) await deployDemo(api, playground, demo.project);
  await showDemo(api, { playground, apiUrl: stack.apiUrl, consoleUrl, project: demo.project });
}

function bitbucketUrls({ bitbucket }: LocalOptions, playgroundUrl: string) {
  const urls = {
    apiUrl: bitbucket.apiUrl ?? `${playgroundUrl}/2.0`,
    gitUrl: bitbucket.gitUrl ?? playgroundUrl,
    oauthUrl: bitbucket.oauthUrl ?? `${playgroundUrl}/site/oauth2/access_token`,
  };
  return {
    ...urls,
    // No other private host: users choose the URLs of integrations.
    privateHosts: [...new Set([...Object.values(urls).map(hostIn), ...bitbucket.privateHosts])],
    isPlayground: !(bitbucket.apiUrl || bitbucket.gitUrl || bitbucket.oauthUrl),
  };
}

/** Returns a URL's host and port, including a default port. */
function hostIn(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

async function startPlayground(options: LocalOptions, port: number, lifetime: Lifetime): Promise<Playground> {
  const playground = await startBitbucketPlayground({
    directory: join(options.stateDirectory, 'bitbucket'),
    port,
    hosts: options.hosts,
    consumers: [consumer],
  });
  lifetime.own(() => playground.stop());
  return playground;
}

async function deployDemo(api: Api, playground: Playground, project: string): Promise<void> {
  say(`\nBough deploys main of ${repository}, and then a pull request…`);
  await openDemoPullRequest(api, playground, project);
  await firstDeployments(api, project);
}

interface ShownDemo {
  playground: Playground;
  apiUrl: string;
  /** Null without a console. */
  consoleUrl: string | null;
  project: string;
}

async function showDemo(api: Api, { playground, apiUrl, consoleUrl, project }: ShownDemo): Promise<void> {
  const { cloneUrl } = await playground.createRepository(repository);
  say(
    welcome({
      environments: await readEnvironments(api, project),
      repository,
      cloneUrl: withCredentials(cloneUrl),
      apiUrl,
      bitbucketUrl: playground.url,
      consoleUrl: consoleUrl === null ? null : consoleAt(consoleUrl, project),
    }),
  );
}

async function firstDeployments(api: Api, project: string): Promise<void> {
  const until = Date.now() + DEMO_SECONDS * 1000;
  while (Date.now() < until) {
    const environments = await readEnvironments(api, project);
    const isIdle = environments.every(({ status }) => status === 'active' || status === 'inactive');
    if (isIdle && environments.some(({ id, url }) => id === 'pr-1' && url)) return;
    await delay(200);
  }
  say(`The demo is not ready after ${DEMO_SECONDS} s. npx bough activity:list --all shows the progress.`);
}
