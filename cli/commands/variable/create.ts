import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { Result, Variable } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { projectLabel } from '../../output/labels.ts';
import { selectEnvironment } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { offerRedeployment } from '../redeployment.ts';
import { fieldOptions, fieldsOf, warnAboutShortValue } from './fields.ts';
import {
  type Level,
  levelOf,
  printVariable,
  selectNamedScope,
  type VariableScope,
  variablePath,
  variablesPath,
} from './level.ts';
import { changeVariable } from './update.ts';

const Options = z.object({
  ...fieldOptions,
  update: z.boolean().optional(),
  name: z.string().optional(),
  prefix: z.string().optional(),
});
type Options = z.infer<typeof Options>;

/** `variable:create`. */
export const createVariable: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  if (args[0] !== undefined && given.name !== undefined)
    throw new CliError('You cannot use both the name argument and --name option.');
  const named = await selectNamedScope({ api: connectApi(terminal), terminal }, given);
  const level = levelOf(given.level) ?? (await askLevel(terminal));
  rejectOptionsOfEnvironments(level, given);
  const scope = level === 'environment' ? await withEnvironment(named) : named;
  const name = await nameOf(terminal, args[0] ?? given.name, given.prefix);
  const existing = await scope.api.find(variablePath(scope, level, name), Variable);
  if (existing && !('inherited' in existing && existing.inherited)) {
    if (given.update) return changeVariable(scope, { level, variable: existing }, given, true);
    throw new CliError(
      `The variable already exists: ${name}\n\nTo view the variable, use: bough variable:get ${name}\nTo skip this check, use the --update (-u) option.`,
    );
  }
  const fields = fieldsOf(given);
  const value = given.value ?? (await askValue(terminal, fields.is_sensitive ?? false));
  const where =
    level === 'environment'
      ? `environment ${scope.environment?.id}`
      : `project ${projectLabel(scope.project)}`;
  terminal.info(`Creating variable ${name} on the ${where}`);
  const body = { ...fields, name, value };
  const { _embedded } = await scope.api.post(variablesPath(scope, level), body, Result(Variable));
  warnAboutShortValue(terminal, value, _embedded.entity.is_sensitive);
  printVariable(terminal, { level, variable: _embedded.entity }, {});
  return offerRedeployment(scope, given);
};

async function withEnvironment(scope: VariableScope): Promise<VariableScope> {
  const { api, terminal, project } = scope;
  const environment =
    scope.environment ?? (await selectEnvironment(api, terminal, project, undefined, 'change'));
  return { ...scope, environment };
}

function askLevel(terminal: Terminal): Promise<Level> {
  if (!terminal.interactive) throw new CliError('--level is required');
  return terminal.choose('Level (--level)\nThe level at which to set the variable', [
    { value: 'project', name: 'Project-wide' },
    { value: 'environment', name: 'Environment-specific' },
  ]);
}

function rejectOptionsOfEnvironments(level: Level, { enabled, inheritable }: Options): void {
  if (level === 'environment') return;
  for (const [flag, value] of Object.entries({ enabled, inheritable })) {
    if (value !== undefined)
      throw new CliError(
        `The option --${flag} can only be used for variables at the environment level, not at the project level.`,
      );
  }
}

/** The name with its prefix. A name that is asked for is followed by the question for the prefix. */
async function nameOf(
  terminal: Terminal,
  given: string | undefined,
  prefix: string | undefined,
): Promise<string> {
  if (given === undefined && !terminal.interactive) throw new CliError('--name is required');
  const validate = (answer: string) => (answer.trim() === '' ? "'Name' is required" : true);
  const name = given ?? (await terminal.input('Name (--name)\nThe variable name\n>', { validate })).trim();
  const isAsked = given === undefined && prefix === undefined && !name.includes(':');
  const chosen = isAsked ? await askPrefix(terminal, name) : (prefix ?? 'none');
  return chosen === 'none' ? name : `${chosen.replace(/:+$/, '')}:${name}`;
}

function askPrefix(terminal: Terminal, name: string): Promise<string> {
  const choices = [
    { value: 'none', name: 'No prefix: The variable will be part of the file $BOUGH_VARIABLES.' },
    { value: 'env', name: `env: The variable will be exposed directly, as $${name}.` },
  ];
  return terminal.choose('Prefix (--prefix)', choices, { default: 'none' });
}

async function askValue(terminal: Terminal, isSensitive: boolean): Promise<string> {
  if (!terminal.interactive) throw new CliError('--value is required');
  const question = "Value (--value)\nThe variable's value\n>";
  return isSensitive ? terminal.secret(question) : terminal.input(question);
}
