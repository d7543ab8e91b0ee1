import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { Repository, Site } from './records.ts';

/** The persistent state: one JSON file per repository next to its bare git directory, and `site.json`. */
export interface Store {
  /** Signs access tokens. */
  readonly tokenKey: string;
  /** All repositories. */
  list(): Repository[];
  /** Finds a repository by slug or uuid; the workspace too may be a uuid. Uuids have braces. */
  find(workspace: string, repository: string): Repository | undefined;
  findByUuid(uuid: string): Repository | undefined;
  /** Finds a repository that had this name before it was renamed. */
  findByFormerName(workspace: string, slug: string): Repository | undefined;
  add(repository: Repository): void;
  save(repository: Repository): void;
  /** Deletes a repository and its git directory. */
  remove(repository: Repository): void;
  gitDirectory(repository: Repository): string;
  /** The uuid of a user or workspace, with braces; assigned at the first call. */
  uuidOf(kind: 'user' | 'workspace', name: string): string;
  /** The numeric identifier of an object, from 1 for each kind; assigned at the first call. */
  numberOf(kind: 'user' | 'project' | 'repository' | 'webhook', name: string): number;
}

/** A new uuid in Bitbucket's notation, with braces. */
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

/** Replaces a file atomically. Only the owner may read it, because it contains webhook secrets. */
function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Opens the store of a directory and creates it if missing. Throws an Error that names an unreadable file. */
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
    uuidOf(kind, name) {
      const key = `${kind}:${name}`;
      const known = site.identities[key];
      if (known !== undefined) return known;
      const uuid = newUuid();
      site.identities[key] = uuid;
      writeJson(sitePath, site);
      return uuid;
    },
    numberOf(kind, name) {
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
