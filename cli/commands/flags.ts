import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';

const collect = (value: string, all: string[] = []) => [...all, value];
/** An option that may be given several times. */
export const repeatable = (flags: string, description: string) =>
  new Option(flags, description).argParser(collect);

/** `--project`. */
export const project = () =>
  new Option(
    '-p, --project <id>',
    'the project (default: BOUGH_PROJECT, the project of the checkout, or the only project)',
  );

/** `--environment`, with a description for the command. */
export const environment = (description: string) => new Option('-e, --environment <id>', description);

/** The columns of a table that shows one resource. */
export const properties = ['property*', 'value*'];

/** The output formats of tables. */
export const formats = ['table', 'csv', 'tsv', 'plain', 'json'] as const;
/** One of `formats`. */
export type Format = (typeof formats)[number];

const table = (columns: readonly string[]) => [
  new Option('--format <format>', 'the output format (default: table)').choices(formats),
  repeatable(
    '-c, --columns <columns>',
    `columns to show, separated by commas; + adds to the defaults (*): ${columns.join(', ')}`,
  ),
  new Option('--no-header', 'omit the table header'),
];

/** The options that every command has. */
export const common = () =>
  [
    new Option('-y, --yes', 'answer "yes" to confirmations; disable other questions'),
    new Option('-n, --no', 'answer "no" to confirmations; disable other questions'),
    new Option('--no-interaction', 'disable questions (or set BOUGH_NO_INTERACTION=1)'),
    new Option('-q, --quiet', 'print data and errors only; disable questions'),
    // Options of Upsun's CLI; messages have one level of detail.
    new Option('-v, --verbose').hideHelp(),
    new Option('--ansi').hideHelp(),
    new Option('--no-ansi').hideHelp(),
  ].map((option) => option.helpGroup('Common options:'));

/** A command's own options and those of its table. */
export function ownOptionsOf({ options, columns }: CommandSpec): Option[] {
  return [...options(), ...(columns ? table(columns) : [])];
}

/** All options of a command, with the common ones. */
export function optionsOf(spec: CommandSpec): Option[] {
  return [...ownOptionsOf(spec), ...common()];
}

/** `--wait` and `--no-wait`. */
export const wait = () => [
  new Option('--wait', 'wait for the activities to finish').default(true),
  new Option('-W, --no-wait', 'do not wait for the activities to finish'),
];

/** Filters by type. `type` omits `-t` for commands where `-t` has another meaning. */
export const activityTypes = (type: '--type <type>' | '-t, --type <type>') => [
  repeatable(
    type,
    'only activities of these types, such as environment.push or push; * and % match any characters; separate several by commas',
  ),
  repeatable('-x, --exclude-type <type>', 'exclude activities of this type'),
];

/** Filters by state and result. */
export const activityStates = () => [
  repeatable('--state <state>', 'only activities in this state: in_progress, pending, complete or cancelled'),
  repeatable('--result <result>', 'only activities with this result: success or failure'),
  new Option('-i, --incomplete', 'only incomplete activities, same as --state in_progress,pending'),
];

/** Limits a list of activities by number and date. */
export const activityLimits = () => [
  new Option('--limit <number>', 'maximum number of activities, newest first').default('10'),
  new Option('--start <date>', 'only activities created before this date'),
];

/** `--all`, accepted for compatibility: activities of all environments are the default. */
export const allActivities = () =>
  new Option('-a, --all', 'activities of all environments of the project (default)');

/** `--property`. */
export const propertyToView = (description = 'the property to view') =>
  new Option('-P, --property <name>', description);

/** `--refresh` of Upsun's CLI, accepted and ignored: nothing is cached. */
export const refreshList = () => new Option('--refresh <0|1>').hideHelp();

/** `--refresh` of Upsun's commands that show one resource: without a value. */
export const refreshOne = () => new Option('--refresh').hideHelp();

/** `--sort`, by default by title, and `--reverse`. */
export const sorting = (properties: readonly string[]) => [
  new Option('--sort <property>', 'sort by this property').choices(properties).default('title'),
  reverse(),
];

/** `--reverse`. */
export const reverse = () => new Option('--reverse', 'sort in descending order');

/** The options of commands that print a log. */
export const logReading = () => [
  new Option('--refresh <seconds>', 'seconds between reads of the log; 0 reads it once').default('1'),
  new Option('-t, --timestamps', 'prefix each line with its time'),
];
