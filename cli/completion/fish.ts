import type { Candidates, CompletedCommand } from './words.ts';

/** Generates a completion script for fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const names = commands.flatMap((command) => command.names).join(' ');
  return `# Completes bough in fish. To install: bough completion fish > ~/.config/fish/completions/bough.fish
function __bough_ids
    set -l typed (commandline -opc)
    $typed[1] __complete $argv[1] -- $typed 2>/dev/null </dev/null
end
function __bough_command
    for word in (commandline -opc)[2..-1]
        if not string match -q -- '-*' $word
            test (count $argv) -eq 0; or contains -- $word $argv
            return
        end
    end
    return 1
end
complete -c bough -f
complete -c bough -s h -l help -d 'Show help'
complete -c bough -n 'not __bough_command' -l version -d 'Show the version'
complete -c bough -n 'not __bough_command' -a help -d 'Show help for a command'
complete -c bough -n '__bough_command help' -a '${names}'
${commands.map(linesFor).join('\n')}
`;
}

function linesFor({ names, summary, options, args }: CompletedCommand): string {
  const isBegun = `-n '__bough_command ${names.join(' ')}'`;
  return [
    `complete -c bough -n 'not __bough_command' -a '${names.join(' ')}' -d ${quote(summary)}`,
    ...args.map((words) => `complete -c bough ${isBegun} -a ${quote(expand(words))}`),
    ...options.map(({ flags, description, takesValue, values }) => {
      const spelled = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = takesValue ? [`-x -a ${quote(expand(values))}`] : [];
      return ['complete -c bough', isBegun, ...spelled, ...value, `-d ${quote(description)}`].join(' ');
    }),
  ].join('\n');
}

function expand(words: Candidates): string {
  if (words === null) return '';
  return 'ids' in words ? `(__bough_ids ${words.ids})` : words.words.join(' ');
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
