import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { CommandSpec, Run } from './command.ts';
import { CliError } from './errors.ts';
import { specs } from './specs.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line. Resolves to its exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof CliError)) throw error;
    terminal.tell(error.message);
    return error.exitCode;
  }
}

function createProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('bough')
    .description('Every Bitbucket branch and pull request gets its own environment in your AWS account.')
    .version(manifest.version, '-V, --version')
    .usage('<command> [options]')
    .exitOverride()
    .configureOutput({ writeOut: terminal.write, writeErr: (text) => terminal.tell(text.trimEnd()) })
    .showSuggestionAfterError();
  for (const spec of specs) addCommand(program, spec, terminal, exit);
  return program;
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  const command = program.command(spec.name).aliases(spec.aliases).description(spec.summary);
  for (const [name, description] of spec.args) command.argument(name, description);
  for (const option of spec.options()) command.addOption(option);
  command.addHelpText('after', `\nExample:\n  ${spec.example}`);
  command.action(async () => {
    const runCommand: Run = await spec.load();
    exit(await runCommand({ args: command.args, options: command.opts(), terminal }));
  });
}
