import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/**
 * The official JavaScript client of Upsun's API, as published on npm. The client is one self-contained file, but its
 * package declares 99 dependencies, so the tests download the file and Bough does not depend on the package.
 */
const version = '0.2.13';
const integrity =
  'sha512-oci8Lm3m5VQ+DNoSfSyuOGG2/zkFLVKX40iTjyaW0l87Tyip9ZWoNZVW/gGuuBRACtFysaum5Zgk6ShyNx5KaQ==';
const cache = join(import.meta.dirname, '../../node_modules/.cache/platformsh-client');
const program = join(cache, version, 'package/lib/server/platform-api.js');

interface Resource {
  id: string;
  data: unknown;
}
/** The client's result of a mutation. */
export interface Result {
  data: { code: number };
  getActivities(): Promise<Activity[]>;
  getEntity(): Promise<Resource>;
}
/** An activity as the client returns it. */
export interface Activity extends Resource {
  type: string;
  state: string;
  result: string | null;
  completion_percent: number;
  getLogAt(start: number, delay: number): Promise<string>;
}
/** An integration as the client returns it. */
export interface Integration extends Resource {
  update(changes: object): Promise<Result>;
  delete(): Promise<Result>;
  runOperation(name: string): Promise<unknown>;
  getActivities(): Promise<Activity[]>;
  triggerHook(): Promise<unknown>;
}
/** An environment as the client returns it. */
export interface Environment extends Resource {
  status: string;
  title: string;
  update(changes: object): Promise<Result>;
  delete(): Promise<Result>;
  activate(): Promise<Activity>;
  deactivate(): Promise<Activity>;
  redeploy(): Promise<Activity>;
  pause(): Promise<Activity>;
  resume(): Promise<Activity>;
  merge(): Promise<Activity>;
  branch(title: string, type: string): Promise<Activity>;
  synchronize(data: boolean, code: boolean, resources?: boolean): Promise<Activity>;
}
/** A deployment as the client returns it. */
export interface Deployment extends Resource {
  routes: Record<string, { primary: boolean; type: string }>;
}
/** A project as the client returns it. */
export interface Project extends Resource {
  title: string;
  getEnvironments(): Promise<Environment[]>;
  getEnvironment(id: string): Promise<Environment>;
  getIntegrations(): Promise<Integration[]>;
  getIntegration(id: string): Promise<Integration>;
  addIntegration(type: string, options: object): Promise<Result>;
  getActivities(types?: string[], startsAt?: Date): Promise<Activity[]>;
  update(changes: object): Promise<Result>;
  delete(): Promise<Result>;
}
/** The methods of the client that the tests use. */
export interface Client {
  getProject(id: string): Promise<Project>;
  getEnvironmentActivities(project: string, environment: string): Promise<Activity[]>;
  getEnvironmentActivity(project: string, environment: string, id: string): Promise<Activity>;
  getCurrentDeployment(project: string, environment: string): Promise<Deployment>;
  getDeployments(project: string, environment: string): Promise<Resource>;
}
type ClientClass = new (settings: Record<string, string>) => Client;

/** Creates the unchanged client for an API. The URL has no trailing slash. */
export async function platformshClient(url: string): Promise<Client> {
  await obtain();
  const { default: Client }: { default: ClientClass } = createRequire(import.meta.url)(program);
  return new Client({
    api_url: url,
    base_url: url,
    authentication_url: url,
    authorization: `${url}/oauth2/authorize`,
    access_token: 'anything',
  });
}

/** Downloads the client from npm once. The final rename is atomic, so that an interrupted download leaves no partial client. */
async function obtain(): Promise<void> {
  if (existsSync(program)) return;
  await mkdir(cache, { recursive: true });
  const place = await mkdtemp(join(cache, 'new-'));
  try {
    const archive = join(place, `platformsh-client-${version}.tgz`);
    await download(place);
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${digest}` !== integrity) {
      throw new Error(
        `platformsh-client ${version} from npm differs from the published package: sha512-${digest}. ` +
          'Check the registry: npm config get registry',
      );
    }
    await exec('tar', ['-xzf', archive, '-C', place]);
    await rename(place, join(cache, version)).catch((error: unknown) => {
      // Another worker was faster.
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function download(directory: string): Promise<void> {
  const command = ['pack', `platformsh-client@${version}`, '--pack-destination', directory];
  await exec('npm', command, { timeout: 60_000 }).catch((cause: unknown) => {
    throw new Error(
      `platformsh-client ${version} could not be downloaded from npm, and this test needs it. ` +
        `This command must succeed: npm ${command.slice(0, 2).join(' ')}`,
      { cause },
    );
  });
}
