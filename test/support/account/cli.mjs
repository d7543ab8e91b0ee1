// The AWS CLI's handling of options and output, as far as the examples use it.
import { readFileSync } from 'node:fs';
import { fail } from './account.mjs';

const globals = { query: 'value', output: 'value', region: 'value', 'no-cli-pager': 'flag' };
const outputs = ['json', 'text'];

/**
 * Reads the options of a command, by name. As the AWS CLI does, it refuses an unknown option and a missing one.
 * @param spec the kind of each option: a `value`, a `flag` (with its opposite `no-…`), or a `list` of words. `!` marks a required one
 */
export function readOptions(args, spec) {
  const kinds = {
    ...globals,
    ...Object.fromEntries(Object.entries(spec).map(([n, k]) => [n, k.replace('!', '')])),
  };
  const options = {};
  const unknown = [];
  for (let index = 0; index < args.length; ) {
    const word = args[index++];
    const name = word.replace(/^--/, '');
    const positive = name.replace(/^no-/, '');
    if (!word.startsWith('--')) unknown.push(word);
    else if (kinds[name] === 'flag') options[name] = true;
    else if (kinds[positive] === 'flag') options[positive] = false;
    else if (kinds[name] === undefined) unknown.push(word);
    else {
      const end =
        kinds[name] === 'value'
          ? index + 1
          : args.findIndex((next, at) => at >= index && next.startsWith('--'));
      const words = args.slice(index, end === -1 ? args.length : end);
      if (words.length === 0) fail(`argument ${word}: expected at least one argument`, 252);
      index += words.length;
      options[name] = kinds[name] === 'value' ? words[0] : words;
    }
  }
  if (unknown.length > 0) fail(`Unknown options: ${unknown.join(', ')}`, 252);
  const required = Object.keys(spec).filter((name) => spec[name].endsWith('!') && !(name in options));
  if (required.length > 0) {
    fail(`the following arguments are required: ${required.map((name) => `--${name}`).join(', ')}`, 252);
  }
  return options;
}

/** A value that may be in a file: `file://…`. */
export const content = (value) =>
  value.startsWith('file://') ? readFileSync(value.slice(7), 'utf8') : value;

/** Reads `Key=a,Value=b` and the like. */
export const shorthand = (word) =>
  Object.fromEntries(word.split(',').map((part) => part.split(/=(.*)/s).slice(0, 2)));

/** Prints a result as `--query` and `--output` say. */
export function print(result, { query, output = 'json' }) {
  if (!outputs.includes(output))
    fail(`The stand-in knows --output ${outputs.join(' and ')}, not ${output}.`, 252);
  const value = query === undefined ? result : search(result, query);
  process.stdout.write(`${output === 'json' ? JSON.stringify(value ?? null, null, 4) : toText(value)}\n`);
}

const toText = (value) => (Array.isArray(value) ? value.map(toText).join('\t') : String(value ?? 'None'));

/** The part of JMESPath that the examples use: names, an index, a list of fields, `[?name=='value']` and `| [0]`. */
function search(value, query) {
  return query.split(/ *\| */).reduce(searchOne, value);
}

function searchOne(value, query) {
  let current = value;
  let rest = query;
  while (rest !== '') {
    const [part, ...groups] =
      /^\.?(?:(\w+)|\[(\d+)\]|\[(\w+(?:, *\w+)*)\]|\[\?(\w+)==['`]([^'`]*)['`]\](?:\.(\w+))?)/.exec(rest) ??
      [];
    if (part === undefined) fail(`The stand-in cannot evaluate --query ${query}`, 252);
    const [name, index, names, key, wanted, field] = groups;
    if (key !== undefined) {
      const found = (current ?? []).filter((item) => String(item[key]) === wanted);
      current = field === undefined ? found : found.map((item) => item[field]);
    } else if (names !== undefined) current = names.split(/, */).map((one) => current?.[one]);
    else current = current?.[name ?? Number(index)];
    rest = rest.slice(part.length);
  }
  return current;
}
