import type { CommandSpec, Run } from '../../command.ts';
import { bashScript } from '../../completion/bash.ts';
import { fishScript } from '../../completion/fish.ts';
import { completedCommands } from '../../completion/words.ts';
import { zshScript } from '../../completion/zsh.ts';
import { CliError } from '../../errors.ts';

const scripts = new Map([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
]);

/** `completion`: prints a script that completes these commands. */
export function printCompletion(specs: readonly CommandSpec[]): Run {
  return async ({ args, terminal }) => {
    const shell = args[0] ?? terminal.env['SHELL']?.replace(/^.*\//, '') ?? '';
    const script = scripts.get(shell);
    const known = [...scripts.keys()].join(', ');
    if (!script) {
      throw new CliError(`There is no completion for the shell '${shell}'. Name one of: ${known}.`);
    }
    terminal.write(script(completedCommands(specs)));
    return 0;
  };
}
