import type { Candidates, CompletedCommand } from './words.ts';

/**
 * Generates shell code for bash and zsh that sets `flags` and `values`, the candidates for arguments of `$command`.
 * If `$previous` is an option with a value, `values` has its candidates and `flags` is empty.
 */
export function casesOf(commands: readonly CompletedCommand[]): string {
  return `  case $command in\n${commands.map(caseOf).join('\n')}\n  esac`;
}

function caseOf({ names, options, args }: CompletedCommand): string {
  const values = options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, values }) => `        ${flags.join('|')}) flags= values=${quote(expand(values))} ;;`);
  return [
    `    ${names.join('|')})`,
    `      flags=${quote([...options.flatMap(({ flags }) => flags), '-h', '--help'].join(' '))}`,
    `      values=${quote(args.map(expand).join(' '))}`,
    ...(values.length > 0 ? ['      case $previous in', ...values, '      esac'] : []),
    '      ;;',
  ].join('\n');
}

/** IDs are resolved during completion: `@environments`. */
function expand(words: Candidates): string {
  if (words === null) return '';
  return 'ids' in words ? `@${words.ids}` : words.words.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
