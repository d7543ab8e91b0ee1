import { Command, CommanderError } from 'commander';
import { version } from '../shared/api/version.ts';
import type { CommandSpec, Run } from './command.ts';
import { common, optionsOf } from './commands/flags.ts';
import { groupOf, otherCommands, specs } from './commands/specs.ts';
import { environmentVariables } from './environment-variables.ts';
import { CliError, report } from './errors.ts';
import { withEscapedOutput } from './output/text.ts';
import { resolveCommand } from './resolve-command.ts';
import { withPresetAnswers } from './terminal/answers.ts';
import { plainProgress, type Terminal } from './terminal/terminal.ts';

/** Parses and runs a command line. Resolves to the exit code. */
export async function run(argv: readonly string[], rawTerminal: Terminal): Promise<number> {
  const hasColours = rawTerminal.hasColours && !argv.includes('--no-ansi');
  const terminal = withEscapedOutput({ ...rawTerminal, hasColours });
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv.length > 0 ? withFullCommandName(argv) : ['--help'], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof CliError)) throw error;
    return report(terminal, error);
  }
}

/** Replaces an abbreviated command name by the full one. */
function withFullCommandName(argv: readonly string[]): string[] {
  const words = [...argv];
  const isWord = (arg: string) => !arg.startsWith('-');
  let index = words.findIndex(isWord);
  if (words[index] === 'list') words[index] = 'help';
  if (words[index] === 'help') index = words.findIndex((word, at) => at > index && isWord(word));
  const word = words[index];
  if (word !== undefined) words[index] = resolveCommand(word, specs).name;
  return words;
}

function createProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('bough');
  program
    .description('Every Bitbucket branch and pull request gets its own environment in your AWS account.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .usage('<command> [options]')
    .configureHelp({
      subcommandTerm: termOf,
      commandUsage: (command) => `${command === program ? '' : 'bough '}${command.name()} ${command.usage()}`,
    })
    .addHelpText('after', environmentHelp)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: (text) => terminal.info(text.trimEnd()) })
    .showSuggestionAfterError();
  for (const option of common()) program.addOption(option);
  for (const spec of specs) addCommand(program, spec, terminal, exit);
  return program.commandsGroup(`${otherCommands}:`).helpCommand('help [command]', 'show help for a command');
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  const command = program
    .command(spec.name, { hidden: spec.isHidden === true })
    .aliases(spec.aliases)
    .description(spec.summary)
    .helpGroup(`${groupOf(spec)}:`)
    .addHelpText('after', aliasesAndExamples(spec));
  for (const [name, description] of spec.args) command.argument(name, description);
  for (const option of optionsOf(spec)) command.addOption(option);
  command.optionsGroup('Common options:').helpOption('-h, --help', 'show this help');
  command.action(async () => {
    const runCommand: Run = await spec.load();
    const { interaction, ...given } = command.opts();
    // The common options are accepted before and after the command's name.
    const global = program.opts();
    const options: Record<string, unknown> = {
      ...global,
      ...given,
      interaction: interaction && global['interaction'],
    };
    const quiet = options['quiet'] === true && options['verbose'] !== true;
    exit(
      await runCommand({
        args: command.args,
        options,
        terminal: withAnswerOptions({ ...options, quiet }, terminal),
      }),
    );
  });
}

/** Applies `--yes`, `--no`, `--no-interaction` and `--quiet` to the terminal. */
function withAnswerOptions(options: Readonly<Record<string, unknown>>, terminal: Terminal): Terminal {
  const { yes, no, interaction, quiet } = options;
  return withPresetAnswers(quiet === true ? silenced(terminal) : terminal, {
    yes: yes === true,
    no: no === true,
    interaction: interaction !== false && quiet !== true,
  });
}

/** A terminal that shows data and errors only. */
function silenced(terminal: Terminal): Terminal {
  const info = () => {};
  return { ...terminal, info, progress: async () => plainProgress(info) };
}

function environmentHelp(): string {
  const width = Math.max(...environmentVariables.map(([name]) => name.length));
  const lines = environmentVariables.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  return ['\nEnvironment variables:', ...lines, '\nFor the options of a command: bough help COMMAND'].join(
    '\n',
  );
}

function termOf(command: Command): string {
  const aliases = command.aliases();
  return aliases.length > 0 ? `${command.name()} (${aliases.join(', ')})` : command.name();
}

function aliasesAndExamples({ aliases, examples }: CommandSpec): string {
  const lines = aliases.length > 0 ? [`\nAliases: ${aliases.join(', ')}`] : [];
  return [...lines, '\nExamples:', ...examples.map((line) => `  ${line}`)].join('\n');
}
