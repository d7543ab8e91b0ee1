import * as z from 'zod';
import { isTyped, typable } from '../../../shared/domain/values/text.ts';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { DeletedProject, Environment, Integration, Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { projectLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import { selectProject } from '../../selection.ts';
import { interruptible } from '../../terminal/interrupt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { repositoryName } from '../integration/view.ts';
import { projectOptions, waitOptions } from '../options.ts';

const Options = z.object({
  ...projectOptions,
  ...waitOptions,
  deleteProtected: z.boolean().optional(),
});

/** `project:delete`. */
export const deleteProject: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const [argument] = args;
  if (given.project !== undefined && argument !== undefined) {
    throw new CliError('You cannot use both the <project> argument and the --project option');
  }
  const { info } = terminal;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project ?? argument);
  const environments = await api.list(path`/projects/${project.id}/environments`, Environment);
  if (!(await confirmDeletion(api, terminal, project, environments))) return 1;
  const protectedEnvironments = environments.filter((environment) => environment.protected);
  if (!(await confirmProtected(terminal, protectedEnvironments, given))) return 1;

  const confirmation = protectedEnvironments.length > 0 ? path`?confirm=${project.id}` : '';
  const url = path`/projects/${project.id}` + confirmation;
  const { _embedded, webhook_errors } = await api.delete(url, DeletedProject);
  for (const { url: hook, because } of webhook_errors) {
    info(`\nWarning: a webhook could not be removed from Bitbucket: ${printable(because)}`);
    info(`If it still exists, remove it manually.\n  Hook URL: ${hook}`);
  }
  if (!given.wait) {
    info(`\nThe project ${projectLabel(project)} is being deleted. To check its status, run:`);
    info(`  bough project:info -p ${project.id} status`);
    return 0;
  }
  const failure = await waitUntilDeleted(api, terminal, _embedded.entity);
  info('');
  if (failure === null) info(`The project ${projectLabel(project)} was deleted.`);
  else info(printable(failure));
  return failure === null ? 0 : 1;
};

/** Asks for confirmation; at an interactive terminal the user also types the project's title. */
async function confirmDeletion(
  api: Api,
  terminal: Terminal,
  project: Project,
  environments: readonly Environment[],
): Promise<boolean> {
  const { info } = terminal;
  info(`You are about to delete the project:\n  ${projectLabel(project)}\n`);
  info(' * This action is irreversible.');
  info(' * Your site will no longer be accessible.');
  info(' * All data associated with this project will be deleted:');
  for (const line of await contentsOf(api, project, environments)) info(`   - ${line}`);
  info('');
  if (!(await terminal.confirm('Are you sure you want to delete this project?', { default: false })))
    return false;
  const title = typable(project.title);
  if (!terminal.interactive || title === '') return true;
  if (isTyped(title, await terminal.input('Type the project title to confirm:'))) return true;
  info(`Incorrect project title (expected: ${title})`);
  return false;
}

/** Asks for confirmation to delete protected environments, which `--yes` does not give. */
async function confirmProtected(
  terminal: Terminal,
  protectedEnvironments: readonly Environment[],
  { deleteProtected }: { deleteProtected?: boolean | undefined },
): Promise<boolean> {
  if (protectedEnvironments.length === 0 || deleteProtected) return true;
  terminal.info(`Protected: ${protectedEnvironments.map(({ id }) => printable(id)).join(', ')}`);
  if (terminal.interactive) {
    const noun =
      protectedEnvironments.length === 1
        ? 'this protected environment'
        : `these ${protectedEnvironments.length} protected environments`;
    return terminal.confirm(`Are you sure you want to delete ${noun} too?`, { default: false });
  }
  terminal.info('To delete the project anyway, add --delete-protected.');
  return false;
}

/** The number of environments that the confirmation lists by name. */
const maxListed = 10;

async function contentsOf(
  api: Api,
  { id }: Project,
  environments: readonly Environment[],
): Promise<string[]> {
  const integrations = await api.list(path`/projects/${id}/integrations`, Integration);
  const active = environments.filter(({ status }) => status === 'active').length;
  const named = environments.slice(0, maxListed).map((environment) => printable(environment.id));
  const others = environments.length - named.length;
  const names = [...named, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
  return [
    ...(environments.length > 0
      ? [`${count(environments.length, 'environment')} (${active} active): ${names}`]
      : []),
    ...integrations.map(
      (integration) => `the integration with ${printable(repositoryName(integration))} and its webhook`,
    ),
    'the code mirror, the sites and data of all environments, all activities and their logs',
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The environments are counted with every tenth poll only, because a count reads all of them. */
const pollsPerCount = 10;

/** Resolves to null when the project is deleted, or to the reason why it is not. */
async function waitUntilDeleted(api: Api, terminal: Terminal, deleting: Project): Promise<string | null> {
  const progress = await terminal.progress();
  progress.log('\nWaiting for the project to be deleted');
  let most = 0;
  try {
    return await interruptible(async (signal) => {
      for (let polls = 0; ; polls += 1) {
        const project = await api.find(path`/projects/${deleting.id}`, Project);
        if (project === null) return null;
        const { message } = project.status;
        if (message !== deleting.status.message) return message ?? null;
        if (polls % pollsPerCount === 0) {
          const left = await countEnvironments(api, deleting.id);
          most = Math.max(most, left);
          progress.update(1 - left / (most + 1), `${count(left, 'environment')} left`);
        }
        await terminal.pause(1000, signal);
      }
    });
  } finally {
    progress.stop();
  }
}

/** The number of a project's environments; 0 when the project is deleted. */
async function countEnvironments(api: Api, id: string): Promise<number> {
  try {
    const url = `${path`/projects/${id}/environments`}?view=row`;
    return (await api.list(url, z.looseObject({ id: z.string() }))).length;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 0;
    throw error;
  }
}
