import * as z from 'zod';
import { type Api, path } from './api/client.ts';
import { Environment, Integration, Project } from './api/resources.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** The project that is meant: by `--project`, by `BOUGH_PROJECT`, or the only one that there is. */
export async function selectProject(api: Api, terminal: Terminal, id: string | undefined): Promise<Project> {
  const named = id ?? (terminal.env['BOUGH_PROJECT'] || undefined);
  if (named !== undefined) {
    const project = /^[\w-]+$/.test(named) ? await api.find(path`/projects/${named}`, Project) : null;
    if (!project) throw new CliError(`Specified project not found: ${named}`);
    return project;
  }
  const [first, ...others] = await api.get('/projects', z.array(Project));
  if (!first)
    throw new CliError('There are no projects yet. To create one, run: bough project:create --title <title>');
  if (others.length === 0) return first;
  throw new CliError(
    [
      'There are several projects. Choose one with --project (-p) or BOUGH_PROJECT:',
      ...[first, ...others].map((project) => `  ${project.id}  ${project.title}`),
    ].join('\n'),
  );
}

/** The environment that is meant: by `--environment`, where `.` is the default one, which is also meant by none. */
export async function selectEnvironment(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
): Promise<Environment> {
  const isDefault = id === undefined || id === '.';
  const named = isDefault ? project.default_branch : id;
  if (!named) {
    throw new CliError('The project has no default environment yet. Specify one with --environment (-e).');
  }
  const environment = await api.find(path`/projects/${project.id}/environments/${named}`, Environment);
  if (!environment) throw new CliError(`Specified environment not found: ${named}`);
  if (id === undefined) terminal.tell(`Selected default environment: ${environment.id}`);
  return environment;
}

/** The environments that are meant: by arguments, else as above. All of them are found, or none is given. */
export async function selectEnvironments(
  api: Api,
  terminal: Terminal,
  project: Project,
  named: { args: readonly string[]; option: string | undefined },
): Promise<Environment[]> {
  const { args, option } = named;
  if (args.length > 0 && option !== undefined) {
    throw new CliError('Name environments as arguments or with --environment (-e), not both.');
  }
  const found: Environment[] = [];
  for (const id of args.length > 0 ? new Set(args) : [option]) {
    found.push(await selectEnvironment(api, terminal, project, id));
  }
  return found;
}

/** The integration with this id or beginning of one; without, the only one. */
export async function selectIntegration(
  api: Api,
  project: Project,
  id: string | undefined,
): Promise<Integration> {
  const all = await api.get(path`/projects/${project.id}/integrations`, z.array(Integration));
  if (all.length === 0) throw new CliError('No integrations found');
  const found = all.filter((integration) => id === undefined || integration.id.startsWith(id));
  const [first, second] = found;
  if (first && !second) return first;
  if (!first) throw new CliError(`Integration not found: ${id}`);
  throw new CliError(
    [
      id === undefined ? 'An integration ID is required.' : `The integration ID "${id}" is ambiguous.`,
      ...found.map((integration) => `  ${integration.id} (${integration.type})`),
    ].join('\n'),
  );
}
