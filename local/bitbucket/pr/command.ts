import { Command, CommanderError, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { visible } from '../../../shared/domain/values/text.ts';
import { CommandError, createPullRequestClient, type PullRequest, type PullRequestClient } from './client.ts';

/** The environment and output streams of a command. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const DEFAULT_URL = 'http://127.0.0.1:4002';

const Global = z.object({
  repository: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'Write the repository as workspace/name.'),
  user: z.string().includes(':', { error: 'Write the user as name:password.' }),
});

function parseNumber(text: string): number {
  const value = Number(text.replace(/^#/, ''));
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Write the number of a pull request, such as 1.');
  return value;
}

/** One line: number, title, state, branches and link. */
function line({ id, title, state, source, destination, links }: PullRequest): string {
  return `#${id} ${title}  ${state.toLowerCase()}, ${source.branch.name} → ${destination.branch.name}  ${links.html.href}\n`;
}

function addCommands(program: Command, client: () => PullRequestClient, out: CommandIo['out']): void {
  program
    .command('open')
    .description('open a pull request for a branch that has been pushed')
    .argument('<branch>', 'the source branch')
    .option('--title <title>', "the title (default: the first line of the newest commit's message)")
    .option('--into <branch>', 'the destination branch (default: the main branch)')
    .option('--close-source-branch', 'delete the source branch after the merge', false)
    .action(async (branch: string, options: { title?: string; into?: string; closeSourceBranch: boolean }) =>
      out(line(await client().open({ branch, ...options }))),
    );
  program
    .command('list')
    .description('list open pull requests')
    .option('--all', 'include merged and declined pull requests', false)
    .action(async ({ all }: { all: boolean }) => {
      const found = await client().list(all);
      out(found.length === 0 ? 'No pull requests.\n' : found.map(line).join(''));
    });
  program
    .command('update')
    .description('change the title or the destination branch')
    .argument('<number>', 'the number of the pull request', parseNumber)
    .option('--title <title>', 'the new title')
    .option('--into <branch>', 'the new destination branch')
    .action(async (id: number, options: { title?: string; into?: string }) => {
      if (options.title === undefined && options.into === undefined) {
        throw new CommandError('Nothing to change. Add --title <title> or --into <branch>.');
      }
      out(line(await client().update(id, options)));
    });
  program
    .command('merge')
    .description('merge a pull request with git')
    .argument('<number>', 'the number of the pull request', parseNumber)
    .option('--close-source-branch', 'delete the source branch after the merge', false)
    .action(async (id: number, { closeSourceBranch }: { closeSourceBranch: boolean }) =>
      out(line(await client().merge(id, closeSourceBranch))),
    );
  program
    .command('decline')
    .description('close a pull request without merging')
    .argument('<number>', 'the number of the pull request', parseNumber)
    .action(async (id: number) => out(line(await client().decline(id))));
}

function createProgram({ env, out, err }: CommandIo): Command {
  const program = new Command('npm run pr --')
    .description('Open, change, merge and decline pull requests on the Bitbucket playground of `npm start`.')
    .option('--repository <workspace/name>', 'the repository', 'acme/website')
    .option('--user <name:password>', 'the user and password', 'demo:demo')
    .addHelpText('after', `\nBOUGH_BITBUCKET_URL is the URL of the playground (default: ${DEFAULT_URL}).`)
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('Add --help for the usage.')
    .exitOverride();
  const client = () => {
    const options = Global.safeParse(program.opts());
    if (!options.success) throw new CommandError(options.error.issues[0]?.message ?? 'Wrong options.');
    const baseUrl = env['BOUGH_BITBUCKET_URL'] ?? DEFAULT_URL;
    return createPullRequestClient({ baseUrl, ...options.data });
  };
  addCommands(program, client, out);
  return program;
}

/** Runs one command and returns its exit code. An error is reported in one line. */
export async function runPrCommand(args: readonly string[], { env, ...outputs }: CommandIo): Promise<number> {
  const commandIo: CommandIo = {
    env,
    // Titles may contain hidden or control characters.
    out: (text) => outputs.out(visible(text)),
    err: (text) => outputs.err(visible(text)),
  };
  try {
    await createProgram(commandIo).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof CommandError)) throw error;
    commandIo.err(`${error.message}\n`);
    return 1;
  }
}
