import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { Repository, Site } from './records.ts';

/** What the playground remembers: one JSON file per repository beside its bare git directory. */
export interface Store {
  readonly tokenKey: string;
  list(): Repository[];
  /** By slugs, or by the repository's uuid with its braces in place of the slug. */
  find(workspace: string, repository: string): Repository | undefined;
  findByUuid(uuid: string): Repository | undefined;
  /** The repository that had this name before it got another. */
  findByFormerName(workspace: string, slug: string): Repository | undefined;
  add(repository: Repository): void;
  save(repository: Repository): void;
  /** Forgets a repository and its git directory. */
  remove(repository: Repository): void;
  gitDirectory(repository: Repository): string;
  /** The stable uuid of a user or workspace, with braces. */
  identity(kind: 'user' | 'workspace', name: string): string;
  /** The stable number of something, from 1 for each kind; a new one where it has none. */
  number(kind: 'user' | 'project' | 'repository' | 'webhook', name: string): number;
}

/** A uuid as Bitbucket writes it, with braces. */
export function newUuid(): string {
  return `{${randomUUID()}}`;
}

function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be read: ${reason}. Repair it, or remove its folder to start without.`, {
      cause,
    });
  }
}

/** Never leaves half a file behind; hook secrets are in it, so only the owner may read it. */
function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

export function openStore(directory: string): Store {
  const repositoriesDirectory = join(directory, 'repositories');
  const sitePath = join(directory, 'site.json');
  mkdirSync(repositoriesDirectory, { recursive: true });
  const site: Site = existsSync(sitePath)
    ? readJson(sitePath, Site)
    : { tokenKey: randomBytes(32).toString('hex'), identities: {}, numbers: {} };
  writeJson(sitePath, site);

  const pathOf = (uuid: string, file: string) => join(repositoriesDirectory, uuid.replace(/[{}]/g, ''), file);
  let repositories = readdirSync(repositoriesDirectory)
    .map((name) => pathOf(name, 'repository.json'))
    .filter((path) => existsSync(path))
    .map((path) => readJson(path, Repository));

  const save = (repository: Repository) => writeJson(pathOf(repository.uuid, 'repository.json'), repository);

  return {
    tokenKey: site.tokenKey,
    list: () => [...repositories],
    find: (workspace, repository) =>
      repositories.find(
        (candidate) =>
          candidate.uuid === repository ||
          (candidate.slug === repository &&
            (candidate.workspace === workspace ||
              site.identities[`workspace:${candidate.workspace}`] === workspace)),
      ),
    findByUuid: (uuid) => repositories.find((candidate) => candidate.uuid === uuid),
    findByFormerName: (workspace, slug) =>
      repositories.find(({ formerNames }) => formerNames.includes(`${workspace}/${slug}`)),
    add(repository) {
      save(repository);
      repositories.push(repository);
    },
    save,
    remove(repository) {
      repositories = repositories.filter((each) => each !== repository);
      rmSync(pathOf(repository.uuid, '.'), { recursive: true, force: true });
    },
    gitDirectory: (repository) => pathOf(repository.uuid, 'repository.git'),
    identity(kind, name) {
      const key = `${kind}:${name}`;
      const known = site.identities[key];
      if (known !== undefined) return known;
      const uuid = newUuid();
      site.identities[key] = uuid;
      writeJson(sitePath, site);
      return uuid;
    },
    number(kind, name) {
      const key = `${kind}:${name}`;
      const known = site.numbers[key];
      if (known !== undefined) return known;
      const same = Object.entries(site.numbers).filter(([each]) => each.startsWith(`${kind}:`));
      const number = 1 + Math.max(0, ...same.map(([, value]) => value));
      site.numbers[key] = number;
      writeJson(sitePath, site);
      return number;
    },
  };
}
