import { Option } from 'commander';

/** Options that several commands have, as their users see them. */

const collect = (value: string, all: string[] = []) => [...all, value];
export const several = (flags: string, description: string) =>
  new Option(flags, description).argParser(collect);

export const project = () =>
  new Option('-p, --project <id>', 'the project (default: the only one, or BOUGH_PROJECT)');

export const environment = (description: string) => new Option('-e, --environment <id>', description);

export const table = () => [
  new Option('--format <format>', 'the output format: table, csv, tsv, plain or json'),
  several('-c, --columns <columns>', 'columns to show, comma-separated; + stands for the default ones'),
  new Option('--no-header', 'do not output the table header'),
];

export const confirmation = () => [
  new Option('-y, --yes', 'answer "yes" to all questions'),
  new Option('-n, --no', 'answer "no" to all questions'),
];

export const wait = () => [
  new Option('--wait', 'wait for the activities to end').default(true),
  new Option('-W, --no-wait', 'do not wait for the activities to end'),
];

export const activityFilters = () => [
  new Option('--limit <number>', 'how many, the newest first').default('10'),
  several('-t, --type <type>', 'only activities of this type'),
  several('--state <state>', 'only activities in this state'),
  several('--result <result>', 'only activities with this result'),
];

export const logReading = () => [
  new Option('--refresh <seconds>', 'how often to look for more; 0 to look once').default('3'),
  new Option('-t, --timestamps', 'show the time of each line'),
];
