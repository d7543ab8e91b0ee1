import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/**
 * The official JavaScript client of Upsun's API, as it is published. It is one file that needs nothing beside it,
 * while its package asks for 99 others: so it is taken by itself, and whoever installs Bough gets none of that.
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
/** What the client makes of the answer to a mutation. */
export interface Result {
  data: { code: number };
  getActivities(): Promise<Activity[]>;
  getEntity(): Promise<Resource>;
}
export interface Activity extends Resource {
  type: string;
  state: string;
  result: string | null;
  completion_percent: number;
  getLogAt(start: number, delay: number): Promise<string>;
}
export interface Integration extends Resource {
  update(changes: object): Promise<Result>;
  delete(): Promise<Result>;
  runOperation(name: string): Promise<unknown>;
  getActivities(): Promise<Activity[]>;
  triggerHook(): Promise<unknown>;
}
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
export interface Deployment extends Resource {
  routes: Record<string, { primary: boolean; type: string }>;
}
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
export interface Client {
  getProject(id: string): Promise<Project>;
  getEnvironmentActivities(project: string, environment: string): Promise<Activity[]>;
  getEnvironmentActivity(project: string, environment: string, id: string): Promise<Activity>;
  getCurrentDeployment(project: string, environment: string): Promise<Deployment>;
  getDeployments(project: string, environment: string): Promise<Resource>;
}
type ClientClass = new (settings: Record<string, string>) => Client;

/** The client, unchanged, for the API at a URL without a trailing slash. */
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

/** From npm, once. What was half obtained is never taken for the whole. */
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
        `What npm has as platformsh-client ${version} is not what was published: sha512-${digest}. ` +
          'Look at where npm takes it from: npm config get registry',
      );
    }
    await exec('tar', ['-xzf', archive, '-C', place]);
    await rename(place, join(cache, version)).catch((error: unknown) => {
      // Another test was as fast.
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
      `platformsh-client ${version} could not be obtained from npm, and this test is nothing without it. ` +
        `Make this work: npm ${command.slice(0, 2).join(' ')}`,
      { cause },
    );
  });
}
