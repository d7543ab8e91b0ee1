import * as z from 'zod';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { DeletedProject, Environment, Integration, Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { projectLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import { selectProject } from '../../selection.ts';
import { untilInterrupted } from '../../terminal/interrupt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { repositoryName } from '../integration/view.ts';
import { projectOptions, waitOptions } from '../options.ts';

const Options = z.object({
  ...projectOptions,
  ...waitOptions,
  deleteProtected: z.boolean().optional(),
});

export const deleteProject: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const [argument] = args;
  if (given.project !== undefined && argument !== undefined) {
    throw new CliError('You cannot use both the <project> argument and the --project option');
  }
  const { tell } = terminal;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project ?? argument);
  const environments = await api.list(path`/projects/${project.id}/environments`, Environment);
  if (!(await isMeant(api, terminal, project, environments))) return 1;
  const kept = environments.filter((environment) => environment.protected);
  if (!(await confirmsLosses(terminal, kept, given))) return 1;

  const confirmation = kept.length > 0 ? path`?confirm=${project.id}` : '';
  const url = path`/projects/${project.id}` + confirmation;
  const { _embedded, webhook_errors } = await api.delete(url, DeletedProject);
  for (const { url: hook, because } of webhook_errors) {
    tell(`\nWarning: a webhook could not be removed from Bitbucket: ${printable(because)}`);
    tell(`If it is still there, remove it by hand.\n  Hook URL: ${hook}`);
  }
  if (!given.wait) {
    tell(`\nThe project ${projectLabel(project)} is being deleted. To see how far that is, run:`);
    tell(`  bough project:info -p ${project.id} status`);
    return 0;
  }
  const failure = await untilGone(api, terminal, _embedded.entity);
  tell('');
  if (failure === null) tell(`The project ${projectLabel(project)} was deleted.`);
  else tell(printable(failure));
  return failure === null ? 0 : 1;
};

/** Asks for what cannot be undone, and whoever can type must type the title, too. */
async function isMeant(
  api: Api,
  terminal: Terminal,
  project: Project,
  environments: readonly Environment[],
): Promise<boolean> {
  const { tell } = terminal;
  tell(`You are about to delete the project:\n  ${projectLabel(project)}\n`);
  tell(' * This action is irreversible.');
  tell(' * Your site will no longer be accessible.');
  tell(' * All data associated with this project will be deleted:');
  for (const line of await belongingsOf(api, project, environments)) tell(`   - ${line}`);
  tell('');
  if (!(await terminal.confirm('Are you sure you want to delete this project?', { default: false })))
    return false;
  const title = project.title.trim();
  if (!terminal.interactive || title === '') return true;
  if ((await terminal.input('Type the project title to confirm:')).trim() === title) return true;
  tell(`Incorrect project title (expected: ${printable(title)})`);
  return false;
}

/** Protected environments are asked about by themselves, and `--yes` is no answer to that. */
async function confirmsLosses(
  terminal: Terminal,
  kept: readonly Environment[],
  { deleteProtected }: { deleteProtected?: boolean | undefined },
): Promise<boolean> {
  if (kept.length === 0 || deleteProtected) return true;
  terminal.tell(`Protected: ${kept.map(({ id }) => printable(id)).join(', ')}`);
  if (terminal.interactive) {
    const noun =
      kept.length === 1 ? 'this protected environment' : `these ${kept.length} protected environments`;
    return terminal.confirm(`Are you sure you want to delete ${noun} too?`, { default: false });
  }
  terminal.tell('Add --delete-protected to delete the project all the same.');
  return false;
}

/** So many environments are named, and of the others only how many they are. */
const mostNamed = 10;

async function belongingsOf(
  api: Api,
  { id }: Project,
  environments: readonly Environment[],
): Promise<string[]> {
  const integrations = await api.list(path`/projects/${id}/integrations`, Integration);
  const active = environments.filter(({ status }) => status === 'active').length;
  const named = environments.slice(0, mostNamed).map((environment) => printable(environment.id));
  const others = environments.length - named.length;
  const names = [...named, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
  return [
    ...(environments.length > 0
      ? [`${count(environments.length, 'environment')} (${active} active): ${names}`]
      : []),
    ...integrations.map(
      (integration) =>
        `the integration with ${printable(repositoryName(integration))}, and its webhook there`,
    ),
    "the mirror of its code, every environment's site and data, all activities and their logs",
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Resolves when the project is gone, or to why it is not. */
async function untilGone(api: Api, terminal: Terminal, begun: Project): Promise<string | null> {
  const progress = await terminal.progress();
  progress.log('\nWaiting for the project to be deleted');
  let most = 0;
  try {
    return await untilInterrupted(async (signal) => {
      for (;;) {
        const left = await readLeft(api, begun.id);
        if (left === null) return null;
        const { message } = left.project.status;
        if (message !== begun.status.message) return message ?? null;
        most = Math.max(most, left.environments);
        progress.update(
          1 - left.environments / (most + 1),
          `${count(left.environments, 'environment')} left`,
        );
        await terminal.pause(1000, signal);
      }
    });
  } finally {
    progress.stop();
  }
}

/** What is left of a project; null when that is nothing. */
async function readLeft(api: Api, id: string) {
  try {
    const project = await api.get(path`/projects/${id}`, Project);
    const environments = await api.list(path`/projects/${id}/environments`, Environment);
    return { project, environments: environments.length };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
