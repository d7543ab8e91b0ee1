import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DIST } from '../../infra/programs.ts';
import {
  type Account,
  createLambdaServer,
  createQuotasServer,
  createSchedulerServer,
} from '../aws/account.ts';
import { createHttpApi, type RouteTarget } from '../aws/api-gateway/http-api.ts';
import type { Route } from '../aws/api-gateway/routes.ts';
import { createSitesServer, type SitesOrigin } from '../aws/cloudfront/sites.ts';
import {
  createRequestFunction,
  createResponseFunction,
  keepPath,
  keepResponse,
} from '../aws/cloudfront/viewer-function.ts';
import { type CodeBuild, createCodeBuild } from '../aws/codebuild/codebuild.ts';
import type { DynamoDbEngine } from '../aws/dynamodb/dynamodb.ts';
import { createEventBus } from '../aws/eventbridge/event-bus.ts';
import { readSchedules, type ScheduledTask, startClock } from '../aws/eventbridge/schedules.ts';
import { type Authorizer, createAuthorizer, type RoleRights } from '../aws/iam/authorizer.ts';
import { readPrincipals } from '../aws/iam/principals.ts';
import { writeUnusedGrants } from '../aws/iam/unused-grants.ts';
import type { Log } from '../log/log.ts';
import { type Poller, startPoller } from '../runtime/event-source.ts';
import { createFunctionPool, type FunctionPool } from '../runtime/function-pool.ts';
import { lockState } from '../state/lock.ts';
import { type Resources, readResources } from '../template/resources.ts';
import { type Emulators, LOCAL_CLIENT, serve, startEmulators } from './emulators.ts';
import { createLifetime, type Lifetime, settleAll } from './lifetime.ts';
import * as wiring from './wiring.ts';

/** Options of a local stack. */
export interface LocalStackOptions {
  /** A synthesised CloudFormation template, parsed from JSON. */
  readonly template: unknown;
  /** Directory of the cloud assembly, with the template's staged assets. */
  readonly assetsDirectory: string;
  /** Directory of the state that survives a restart. */
  readonly stateDirectory: string;
  /** Port of the HTTP API; 0 for any free port. */
  readonly port: number;
  /** Port of the published sites; 0 for any free port. */
  readonly sitesPort: number;
  /** Seconds between runs of the template's schedules; 0 for never. */
  readonly scheduleSeconds: number;
  /** Account's quota of concurrent builds; by default none. */
  readonly buildLimit?: number | undefined;
  /** Directories that precede `PATH` in builds; by default none. */
  readonly buildPath?: string | undefined;
  /** Roles of other stacks that builds may assume, by the ARN of the builds' own role; by default none. */
  readonly deployRoles?: ((environmentRoleArn: string) => readonly RoleRights[]) | undefined;
  /** By default dynoxide if its package is installed, else dynalite. */
  readonly dynamodb?: DynamoDbEngine | undefined;
  /** Path of the bundled bootstrap program of functions' processes. */
  readonly bootstrap?: string | undefined;
  /** Additional names of the HTTP API: `host` or `host:port`. */
  readonly hosts?: readonly string[] | undefined;
  readonly log: Log;
}

/** A running local stack. */
export interface LocalStack {
  readonly apiUrl: string;
  readonly sitesUrl: string;
  readonly endpoints: wiring.Endpoints;
  /** Value of `Ref` by logical id: queue URL, table name, bucket name, … */
  readonly resources: Readonly<Record<string, string>>;
  /** Runs every schedule once. Rejects when one fails. */
  runSchedules(): Promise<void>;
  /** Changes the account's quota of concurrent builds. */
  limitBuilds(builds: number): void;
  /** Lists the grants that no call has used since the start, a line per action and resource. */
  unusedGrants(): string[];
  /** Ends all parts within five seconds. The state directory stays. */
  stop(): Promise<void>;
}

/** Idle time after which a function's process ends. */
const IDLE_MS = 2 * 60_000;

/** Time for running invocations to finish when the stack stops. */
const STOP_GRACE_MS = 1_500;

/**
 * Provisions the template on emulators and runs its functions, all on loopback.
 * @throws PortInUseError, StateInUseError, StateMismatchError, UnsupportedTemplateError
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const lifetime = createLifetime();
  try {
    await mkdir(options.stateDirectory, { recursive: true });
    lifetime.own(await lockState(options.stateDirectory));
    return await start(options, lifetime);
  } catch (error) {
    await lifetime.end();
    throw error;
  }
}

async function start(options: LocalStackOptions, lifetime: Lifetime): Promise<LocalStack> {
  const authorizer = createAuthorizer();
  const front = openFront(options, authorizer);
  const [emulators, apiUrl, sitesUrl] = await settleAll([
    startEmulators(options, authorizer, lifetime),
    serve(front.api, lifetime, options.port),
    serve(front.sites, lifetime, options.sitesPort),
  ]);
  const resources = readResources(options.template, {
    sqs: emulators.endpoints.sqs,
    api: apiUrl,
    sitesHost: new URL(sitesUrl).host,
  });
  authorizer.register(readPrincipals(resources));
  registerDeployRoles(options, resources, authorizer);
  lifetime.own(() => writeUnusedGrants(options.stateDirectory, authorizer));
  const builds = await startBuilds(options, resources, authorizer, lifetime);
  const account = await startAccount(options, resources, { builds, authorizer }, lifetime);
  const endpoints = { ...emulators.endpoints, ...account, codebuild: builds.endpoint };
  const pools = createPools(options, resources, endpoints);
  for (const line of wiring.nodeNotices(resources)) options.log({ source: 'local', stream: 'stderr', line });
  const deliver = wiring.createDelivery(emulators.sqs, pools);
  const routes = wiring.readRoutes(resources, pools);
  const sources = wiring.readEventSources(resources, pools);
  const tasks = readSchedules(resources, deliver);
  const emit = createEventBus(resources.rules, deliver, options.log);

  await emulators.provision(resources);
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.endpoints.sqs });
  lifetime.own(() => sqs.destroy());
  await builds.begin(endpoints, emit);
  const pollers = sources.map((source) => startPoller(source, sqs, options.log));
  const stopClock = startClock(tasks, options.scheduleSeconds, options.log);
  lifetime.own(() => quiesce([...pools.values()], pollers, stopClock, () => front.api.close()));
  front.open(routes, openSites(resources, emulators, apiUrl));
  return {
    apiUrl,
    sitesUrl,
    endpoints,
    resources: resources.physical,
    runSchedules: () => runAll(tasks),
    limitBuilds: builds.limit,
    unusedGrants: () => authorizer.unused(),
    stop: () => lifetime.end(),
  };
}

/** Registers the roles that builds may assume, which trust the environments' role. */
function registerDeployRoles(
  { deployRoles = () => [] }: LocalStackOptions,
  { roles }: Resources,
  authorizer: Authorizer,
): void {
  const own = roles.find(({ id }) => id.startsWith('ApiEnvironmentRole'));
  if (own) authorizer.register({ principals: [], roles: deployRoles(own.arn) });
}

/** Creates the servers for users. Servers listen early, because the template needs their ports; requests wait for open(). */
function openFront({ log, hosts = [] }: LocalStackOptions, { allows }: Authorizer) {
  let open: (routes: readonly Route<RouteTarget>[], sites: SitesOrigin | undefined) => void = () => undefined;
  const opened = new Promise<{ routes: readonly Route<RouteTarget>[]; sites: SitesOrigin | undefined }>(
    (resolve) => {
      open = (routes, sites) => resolve({ routes, sites });
    },
  );
  return {
    api: createHttpApi(
      opened.then(({ routes }) => routes),
      log,
      { allows, hosts },
    ),
    sites: createSitesServer(
      opened.then(({ sites }) => sites),
      log,
    ),
    open,
  };
}

/** Starts CodeBuild. Its builds need the other endpoints, which begin() supplies. */
async function startBuilds(
  { stateDirectory, assetsDirectory, buildLimit, buildPath, log }: LocalStackOptions,
  resources: Resources,
  { allows }: Authorizer,
  lifetime: Lifetime,
) {
  const links: {
    environment: (project: string) => Record<string, string>;
    emit: (event: unknown) => Promise<void>;
  } = {
    environment: () => ({}),
    emit: () => Promise.reject(new Error('The stack is starting.')),
  };
  const codebuild: CodeBuild = await createCodeBuild({
    projects: wiring.readProjects(resources, assetsDirectory),
    directory: join(stateDirectory, 'codebuild'),
    environment: (project) => links.environment(project),
    emit: (event) => links.emit(event),
    accountLimit: buildLimit,
    path: buildPath,
    allows,
    log,
  });
  const endpoint = await serve(codebuild.server, lifetime);
  lifetime.own(() => codebuild.stop());
  return {
    endpoint,
    limit: (builds: number) => codebuild.limitAccount(builds),
    accountLimit: () => codebuild.accountLimit(),
    begin(endpoints: wiring.Endpoints, emit: (event: unknown) => Promise<void>) {
      links.environment = (project) => wiring.sdkVariables(endpoints, project);
      links.emit = emit;
      return codebuild.resume();
    },
  };
}

/** Starts the services that report the account's quotas and schedules. */
async function startAccount(
  { scheduleSeconds }: LocalStackOptions,
  resources: Resources,
  { builds, authorizer: { allows } }: { builds: { accountLimit(): number }; authorizer: Authorizer },
  lifetime: Lifetime,
) {
  const account: Account = {
    builds: builds.accountLimit,
    executions: wiring.MAX_PROCESSES * resources.functions.length,
    schedule(name) {
      const found = resources.schedules.find(({ ref }) => ref === name);
      return found && scheduleSeconds > 0 && found.properties.State === 'ENABLED';
    },
  };
  const [service_quotas, lambda, scheduler] = await Promise.all([
    serve(createQuotasServer(account, allows), lifetime),
    serve(createLambdaServer(account, allows), lifetime),
    serve(createSchedulerServer(account, allows), lifetime),
  ]);
  return { service_quotas, lambda, scheduler };
}

function createPools(
  options: LocalStackOptions,
  resources: Resources,
  endpoints: wiring.Endpoints,
): wiring.Pools {
  const { assetsDirectory, bootstrap = join(DIST, 'local/bootstrap.mjs'), log } = options;
  return new Map(
    wiring
      .readFunctions(resources, assetsDirectory, endpoints)
      .map((definition) => [
        definition.arn,
        createFunctionPool({ definition, bootstrap, log, limit: wiring.MAX_PROCESSES, idleMs: IDLE_MS }),
      ]),
  );
}

function openSites(
  resources: Resources,
  { storage, keyValues }: Emulators,
  apiUrl: string,
): SitesOrigin | undefined {
  const sites = wiring.readSites(resources, apiUrl);
  const items = sites?.keyValues === undefined ? undefined : keyValues.find(sites.keyValues).items;
  return (
    sites && {
      bucket: storage.bucket(sites.bucket),
      requestFunction:
        sites.requestFunction === undefined ? keepPath : createRequestFunction(sites.requestFunction, items),
      responseFunction:
        sites.responseFunction === undefined ? keepResponse : createResponseFunction(sites.responseFunction),
      fallback: sites.fallback,
    }
  );
}

/** Stops the inputs, waits briefly for running invocations, then kills them. */
async function quiesce(
  pools: readonly FunctionPool[],
  pollers: readonly Poller[],
  stopClock: () => void,
  stopListening: () => void,
): Promise<void> {
  stopClock();
  stopListening();
  await Promise.all(pollers.map((poller) => poller.stop()));
  const finished = Promise.all([...pools, ...pollers].map((part) => part.idle()));
  await Promise.race([finished, delay(STOP_GRACE_MS, undefined, { ref: false })]);
  await Promise.all(pools.map((pool) => pool.stop()));
  await Promise.all(pollers.map((poller) => poller.idle()));
}

async function runAll(tasks: readonly ScheduledTask[]): Promise<void> {
  await settleAll(tasks.map((task) => task.run()));
}
