import { type Api, path } from './api/client.ts';
import { Environment, Integration, Project } from './api/resources.ts';
import { environmentOfCheckout } from './context/environment-of-checkout.ts';
import { projectsOfCheckout } from './context/match-checkout.ts';
import { CliError } from './errors.ts';
import { sortBy } from './lists.ts';
import { environmentLabel, projectLabel } from './output/labels.ts';
import { printable } from './output/text.ts';
import { treeOrder } from './output/tree.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * The project of `--project` or `BOUGH_PROJECT`, else that of the checkout, else the only project, else the user's choice.
 * Throws `CliError`.
 */
export async function selectProject(api: Api, terminal: Terminal, id: string | undefined): Promise<Project> {
  const named = id ?? (terminal.env['BOUGH_PROJECT'] || undefined);
  if (named !== undefined) {
    const project = /^[\w-]+$/.test(named) ? await api.find(path`/projects/${named}`, Project) : null;
    if (!project) throw new CliError(`Specified project not found: ${named}`);
    return project;
  }
  const all = sortBy(await api.list('/projects', Project), 'title');
  const [first, ...others] = all;
  if (!first)
    throw new CliError('There are no projects yet. To create one, run: bough project:create --title <title>');
  if (others.length === 0) return first;
  const checkout = await terminal.checkout();
  const matches = checkout ? projectsOfCheckout(all, checkout) : [];
  const [match] = matches;
  if (match && matches.length === 1) {
    const { project, remote } = match;
    terminal.info(
      `Selected project: ${projectLabel(project)}, because its repository is the remote ${printable(remote.name)}`,
    );
    return project;
  }
  return chooseProject(terminal, matches.length > 0 ? matches.map(({ project }) => project) : all);
}

function chooseProject(terminal: Terminal, projects: readonly Project[]): Promise<Project> {
  if (terminal.interactive) {
    const choices = projects.map((project) => ({ value: project, name: projectLabel(project) }));
    return terminal.choose('Enter a number to choose a project:', choices);
  }
  throw new CliError(
    [
      'There are several projects. Choose one with --project (-p) or BOUGH_PROJECT:',
      ...projects.map((project) => `  ${project.id}  ${printable(project.title)}`),
    ].join('\n'),
  );
}

/** The environment id of `--environment` or `BOUGH_ENVIRONMENT`, if either is set. */
export function namedEnvironment({ env }: Pick<Terminal, 'env'>, option: string | undefined) {
  return option ?? (env['BOUGH_ENVIRONMENT'] || undefined);
}

/** The use of a selected environment: a command that changes something never falls back to production. */
export type Purpose = 'read' | 'change';

/**
 * The environment of `--environment` or `BOUGH_ENVIRONMENT`, where `.` is the default environment, else that of the branch
 * that is checked out; null without any. Throws `CliError` when a named one is missing.
 */
export async function currentEnvironment(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
): Promise<Environment | null> {
  const named = namedEnvironment(terminal, id);
  if (named !== undefined) {
    const environment = await findEnvironment(api, project, named === '.' ? project.default_branch : named);
    if (id === undefined) terminal.info(`Selected environment: ${environment.id} (by BOUGH_ENVIRONMENT)`);
    return environment;
  }
  const here = await environmentOfCheckout(api, project, await terminal.checkout());
  if (!here) return null;
  const label = printable(here.environment.id);
  terminal.info(`Selected environment: ${label}, because ${printable(here.because)}`);
  return here.environment;
}

/**
 * The current environment, else the user's choice. Without an interactive terminal it is the default environment, for
 * reading only. Throws `CliError`.
 */
export async function selectEnvironment(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
  purpose: Purpose,
): Promise<Environment> {
  const current = await currentEnvironment(api, terminal, project, id);
  if (current) return current;
  if (terminal.interactive) return chooseEnvironment(api, terminal, project);
  if (purpose === 'change')
    throw new CliError('Specify the environment with --environment (-e), or BOUGH_ENVIRONMENT.');
  const environment = await findEnvironment(api, project, project.default_branch);
  terminal.info(`Selected default environment: ${environment.id}`);
  return environment;
}

/** Throws `CliError` when there is no such environment. */
async function findEnvironment(api: Api, project: Project, id: string | null): Promise<Environment> {
  if (!id) {
    throw new CliError('The project has no default environment yet. Specify one with --environment (-e).');
  }
  const environment = await api.find(path`/projects/${project.id}/environments/${id}`, Environment);
  if (!environment) throw new CliError(`Specified environment not found: ${id}`);
  return environment;
}

async function chooseEnvironment(api: Api, terminal: Terminal, project: Project): Promise<Environment> {
  const all = await api.list(path`/projects/${project.id}/environments`, Environment);
  const [first, ...others] = treeOrder(sortBy(all, 'title')).map(({ item }) => item);
  if (!first) throw new CliError('No environments found');
  if (others.length === 0) {
    terminal.info(`Selected environment: ${first.id} (by default)`);
    return first;
  }
  const isDefault = ({ id }: Environment) => id === project.default_branch;
  return terminal.choose(
    'Enter a number to choose an environment:',
    [first, ...others].map((environment) => ({ value: environment, name: environmentLabel(environment) })),
    { default: [first, ...others].find(isDefault) ?? first },
  );
}

/** The environments of the arguments, else one as `selectEnvironment` selects it. Throws `CliError` if any is missing. */
export async function selectEnvironments(
  api: Api,
  terminal: Terminal,
  project: Project,
  named: { args: readonly string[]; option: string | undefined },
  purpose: Purpose,
): Promise<Environment[]> {
  const { args, option } = named;
  if (args.length > 0 && option !== undefined) {
    throw new CliError('Name environments as arguments or with --environment (-e), not both.');
  }
  const found: Environment[] = [];
  for (const id of args.length > 0 ? new Set(args) : [option]) {
    found.push(await selectEnvironment(api, terminal, project, id, purpose));
  }
  return found;
}

/** The integration with this id or unique id prefix; without one, the only integration or the user's choice. Throws `CliError`. */
export async function selectIntegration(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
): Promise<Integration> {
  const all = await api.list(path`/projects/${project.id}/integrations`, Integration);
  if (all.length === 0) throw new CliError('No integrations found');
  const exact = all.filter((integration) => integration.id === id);
  const like = all.filter((integration) => id === undefined || integration.id.startsWith(id));
  const found = exact.length > 0 ? exact : like;
  const [first, second] = found;
  if (first && !second) return first;
  if (!first) throw new CliError(`Integration not found: ${id}`);
  const choices = found.map((integration) => ({
    value: integration,
    name: `${integration.id} (${integration.type})`,
  }));
  if (id === undefined && terminal.interactive) {
    return terminal.choose('Enter a number to choose an integration:', choices);
  }
  throw new CliError(
    [
      id === undefined ? 'An integration ID is required.' : `The integration ID "${id}" is ambiguous.`,
      ...choices.map(({ name }) => `  ${name}`),
    ].join('\n'),
  );
}
