import type { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { optionsOf } from '../commands/flags.ts';

/** What may stand in one place: these words, the IDs of these, or anything. */
export type Words = { words: readonly string[] } | { ids: IdKind } | null;

export type IdKind = 'projects' | 'integrations' | 'environments' | 'activities';

/** A command as a shell completes it. */
export interface CompletedCommand {
  names: readonly string[];
  summary: string;
  options: readonly CompletedOption[];
  /** What its arguments may be, whichever of them. */
  args: readonly NonNullable<Words>[];
}

export interface CompletedOption {
  /** `-e` and `--environment`. */
  flags: readonly string[];
  description: string;
  /** Whether a value follows, and which. */
  takesValue: boolean;
  values: Words;
}

/** What shells complete. */
export function completedCommands(specs: readonly CommandSpec[]): CompletedCommand[] {
  return specs.filter(({ isHidden }) => !isHidden).map(completed);
}

function completed(spec: CommandSpec): CompletedCommand {
  const { name, aliases, summary, args } = spec;
  return {
    names: [name, ...aliases],
    summary,
    options: optionsOf(spec)
      .filter(({ hidden }) => !hidden)
      .map((option) => completedOption(spec, option)),
    args: args.map(([arg]) => wordsFor(spec, arg.replace(/\W/g, ''))).filter((words) => words !== null),
  };
}

function completedOption(spec: CommandSpec, option: Option): CompletedOption {
  const takesValue = option.required || option.optional;
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    takesValue,
    values: takesValue ? valuesOf(spec, option) : null,
  };
}

function valuesOf(spec: CommandSpec, option: Option): Words {
  if (option.argChoices) return { words: option.argChoices };
  if (option.attributeName() === 'columns' && spec.columns) {
    return { words: spec.columns.map((column) => column.replace('*', '')) };
  }
  if (/<true\|false>/.test(option.flags)) return { words: ['true', 'false'] };
  return wordsFor(spec, option.attributeName());
}

/** What is called by this name among a command's arguments and options. */
function wordsFor({ name }: CommandSpec, called: string): Words {
  if (called === 'shell') return { words: ['bash', 'zsh', 'fish'] };
  const kind = called === 'id' ? name.split(':')[0] : called;
  if (kind === 'project') return { ids: 'projects' };
  if (kind === 'integration') return { ids: 'integrations' };
  if (kind === 'activity') return { ids: 'activities' };
  // The ID of a new environment is its user's to find.
  if (called === 'environment' || called === 'parent') return { ids: 'environments' };
  return null;
}
