import type { Option } from 'commander';
import type { CommandSpec } from './command.ts';
import { common, ownOptionsOf } from './commands/flags.ts';
import { groupOf } from './commands/specs.ts';
import { environmentVariables } from './environment-variables.ts';

const introduction = `# The command line

\`bough help\` lists the commands; \`bough help COMMAND\` shows the options of one. Data goes to standard output, messages go to standard error.
Command names can be abbreviated while they are unambiguous: \`bough env:li\`. An option's value follows a space or an equals sign: \`-e pr-1\`, \`--environment=pr-1\`.

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | failure, or not confirmed; the reason is on standard error |
| 4 | the API rejected the input; standard output lists the fields |
| 130 | interrupted with Ctrl-C |

To complete commands, options and IDs with the Tab key, add \`eval "$(bough completion bash)"\` to \`~/.bashrc\` or \`eval "$(bough completion zsh)"\` to
\`~/.zshrc\` after \`compinit\`, or run \`bough completion fish > ~/.config/fish/completions/bough.fish\`.`;

/** Generates docs/cli.md, the reference of these commands in Markdown. */
export function reference(specs: readonly CommandSpec[]): string {
  const visible = specs.filter(({ isHidden }) => !isHidden);
  const groups = new Set(visible.map(groupOf));
  const sections = [...groups].map((group) => [
    `## ${group}`,
    ...visible.filter((spec) => groupOf(spec) === group).map(explain),
  ]);
  return `${[
    introduction,
    '## Common options',
    tableOf(
      'option',
      common()
        .filter(({ hidden }) => !hidden)
        .map(rowOf),
    ),
    tableOf(
      'environment variable',
      environmentVariables.map(([name, text]) => [name, text]),
    ),
    '## All commands',
    contentsOf(visible),
    ...sections.flat(),
  ].join('\n\n')}\n`;
}

function contentsOf(specs: readonly CommandSpec[]): string {
  const rows = specs.map(({ name, aliases, summary }) => {
    const link = `[${name}](#${name.replaceAll(':', '')})`;
    return `| ${link} | ${aliases.map(code).join(', ')} | ${cell(summary)} |`;
  });
  return ['| command | also | |', '|---|---|---|', ...rows].join('\n');
}

function explain(spec: CommandSpec): string {
  const { name, aliases, summary, args, examples } = spec;
  const options = ownOptionsOf(spec).filter(({ hidden }) => !hidden);
  const usage = ['bough', name, ...(options.length > 0 ? ['[options]'] : []), ...args.map(([arg]) => arg)];
  const also = aliases.length > 0 ? [`Also ${aliases.map(code).join(', ')}.`] : [];
  return [
    `### ${name}`,
    [`${summary}.`, ...also].join(' '),
    fenced([usage.join(' ')], ''),
    ...(args.length > 0 ? [tableOf('argument', args)] : []),
    ...(options.length > 0 ? [tableOf('option', options.map(rowOf))] : []),
    fenced(examples, 'sh'),
  ].join('\n\n');
}

function rowOf({ flags, description, argChoices, defaultValue }: Option): readonly [string, string] {
  const choices = argChoices ? [`one of ${argChoices.map(code).join(', ')}`] : [];
  const usual = typeof defaultValue === 'string' ? [`default: ${code(defaultValue)}`] : [];
  return [flags, [description, ...choices, ...usual].join('; ')];
}

function tableOf(title: string, rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(([name, text]) => `| ${cell(code(name))} | ${cell(text)} |`);
  return [`| ${title} | |`, '|---|---|', ...cells].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\*(?=[,)]|$)/g, '\\*');
}

function code(text: string): string {
  return `\`${text}\``;
}

function fenced(lines: readonly string[], language: string): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}
