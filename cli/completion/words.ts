import type { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { optionsOf } from '../commands/flags.ts';

/** The candidates for one place: fixed words, the IDs of one kind, or null for anything. */
export type Candidates = { words: readonly string[] } | { ids: IdKind } | null;

/** A kind of resource whose IDs are completed. */
export type IdKind = 'projects' | 'integrations' | 'environments' | 'activities';

/** A command's names, options and arguments, for completion. */
export interface CompletedCommand {
  names: readonly string[];
  summary: string;
  options: readonly CompletedOption[];
  /** The candidates for its arguments, in any position. */
  args: readonly NonNullable<Candidates>[];
}

/** An option's flags and values, for completion. */
export interface CompletedOption {
  /** All spellings: `-e` and `--environment`. */
  flags: readonly string[];
  description: string;
  takesValue: boolean;
  /** The candidates for the value. */
  values: Candidates;
}

/** The commands to complete; hidden ones are omitted. */
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
    args: args.map(([arg]) => candidatesFor(spec, arg.replace(/\W/g, ''))).filter((words) => words !== null),
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

function valuesOf(spec: CommandSpec, option: Option): Candidates {
  if (option.argChoices) return { words: option.argChoices };
  if (option.attributeName() === 'columns' && spec.columns) {
    return { words: spec.columns.map((column) => column.replace('*', '')) };
  }
  if (/<true\|false>/.test(option.flags)) return { words: ['true', 'false'] };
  return candidatesFor(spec, option.attributeName());
}

/** The candidates for an argument or option of a command, by its name. */
function candidatesFor({ name }: CommandSpec, called: string): Candidates {
  if (called === 'shell') return { words: ['bash', 'zsh', 'fish'] };
  const kind = called === 'id' ? name.split(':')[0] : called;
  if (kind === 'project') return { ids: 'projects' };
  if (kind === 'integration') return { ids: 'integrations' };
  if (kind === 'activity') return { ids: 'activities' };
  // `id` of `environment:branch` is a new name and has no candidates.
  if (called === 'environment' || called === 'parent') return { ids: 'environments' };
  return null;
}
