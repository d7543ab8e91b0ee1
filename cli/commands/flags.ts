import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';

/** Options that several commands have, as their users see them. */

const collect = (value: string, all: string[] = []) => [...all, value];
export const several = (flags: string, description: string) =>
  new Option(flags, description).argParser(collect);

export const project = () =>
  new Option('-p, --project <id>', 'the project (default: the only one, or BOUGH_PROJECT)');

export const environment = (description: string) => new Option('-e, --environment <id>', description);

/** The columns of a table of one resource. */
export const properties = ['property*', 'value*'];

/** What a table is written as. */
export const formats = ['table', 'csv', 'tsv', 'plain', 'json'] as const;
export type Format = (typeof formats)[number];

const table = (columns: readonly string[]) => [
  new Option('--format <format>', 'the output format (default: table)').choices(formats),
  several(
    '-c, --columns <columns>',
    `columns to show, comma-separated; + stands for the default ones (*): ${columns.join(', ')}`,
  ),
  new Option('--no-header', 'do not output the table header'),
];

/** Options of every command. */
export const common = () =>
  [
    new Option('-y, --yes', 'answer "yes" to confirmation questions; ask nothing else'),
    new Option('-n, --no', 'answer "no" to confirmation questions; ask nothing else'),
    new Option('--no-interaction', 'ask nothing (or set BOUGH_NO_INTERACTION=1)'),
  ].map((option) => option.helpGroup('Common options:'));

/** What is special to a command: its own options, and those of its table. */
export function ownOptionsOf({ options, columns }: CommandSpec): Option[] {
  return [...options(), ...(columns ? table(columns) : [])];
}

/** All options of a command. */
export function optionsOf(spec: CommandSpec): Option[] {
  return [...ownOptionsOf(spec), ...common()];
}

export const wait = () => [
  new Option('--wait', 'wait for the activities to end').default(true),
  new Option('-W, --no-wait', 'do not wait for the activities to end'),
];

/** @param type its flags: where `-t` means something else, without that */
export const activityTypes = (type: '--type <type>' | '-t, --type <type>') => [
  several(
    type,
    'only activities of this type: environment.push, push, or with * or % for any characters; several separated by commas',
  ),
  several('-x, --exclude-type <type>', 'no activities of this type'),
];

export const activityStates = () => [
  several('--state <state>', 'only activities in this state: in_progress, pending, complete or cancelled'),
  several('--result <result>', 'only activities with this result: success or failure'),
  new Option('-i, --incomplete', 'only incomplete activities, as --state in_progress,pending'),
];

export const activityLimits = () => [
  new Option('--limit <number>', 'how many, the newest first').default('10'),
  new Option('--start <date>', 'only activities created before this date'),
];

export const allActivities = () =>
  new Option('-a, --all', "activities of all the project's environments (default)");

export const propertyToView = (description = 'the property to view') =>
  new Option('-P, --property <name>', description);

/** Accepted from those who come from Upsun: nothing is cached here. */
export const refreshList = () => new Option('--refresh <0|1>').hideHelp();

export const sorting = (properties: readonly string[]) => [
  new Option('--sort <property>', 'a property to sort by').choices(properties).default('title'),
  new Option('--reverse', 'sort in descending order'),
];

export const logReading = () => [
  new Option('--refresh <seconds>', 'how often to look for more; 0 to look once').default('3'),
  new Option('-t, --timestamps', 'show the time of each line'),
];
