import type { CompletedCommand, Words } from './words.ts';

/**
 * Shell code for bash and zsh: by `$command` it sets `flags`, and `values` to what its arguments may be;
 * if `$previous` is an option that takes a value, `values` is what that may be, and `flags` is nothing.
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

/** IDs are asked for when they are needed: `@environments`. */
function expand(words: Words): string {
  if (words === null) return '';
  return 'ids' in words ? `@${words.ids}` : words.words.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
