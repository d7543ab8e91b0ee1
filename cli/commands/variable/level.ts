import { type Api, path } from '../../api/client.ts';
import { type Environment, type Project, Variable } from '../../api/resources.ts';
import { CliError } from '../../errors.ts';
import { printProperties, withoutLinks } from '../../output/properties.ts';
import type { TableOptions } from '../../output/table.ts';
import { printable } from '../../output/text.ts';
import {
  currentEnvironment,
  namedEnvironment,
  type Purpose,
  selectEnvironment,
  selectProject,
} from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** The levels of variables. */
export type Level = 'project' | 'environment';

/** A variable with its level. */
export interface FoundVariable {
  level: Level;
  variable: Variable;
}

/** The project of a command about variables, and its environment if the command needs one. */
export interface VariableScope {
  api: Api;
  terminal: Terminal;
  project: Project;
  environment: Environment | null;
}

/** The level of `--level`, which can be abbreviated; null without the option. Throws `CliError`. */
export function levelOf(text: string | undefined): Level | null {
  if (!text) return null;
  const levels: readonly Level[] = ['project', 'environment'];
  const level = levels.find((name) => name.startsWith(text.toLowerCase()));
  if (!level) throw new CliError(`Invalid level: ${text}`);
  return level;
}

/** Selects the project, and the environment unless the command is about variables of the project. */
export async function selectScope(
  { api, terminal }: Pick<VariableScope, 'api' | 'terminal'>,
  given: { project?: string | undefined; environment?: string | undefined },
  level: Level | null,
  purpose: Purpose,
): Promise<VariableScope> {
  const project = await selectProject(api, terminal, given.project);
  if (level === 'project') return { api, terminal, project, environment: null };
  // A change without a level may mean a variable of the project, and needs no environment then.
  const isOptional = level === null && purpose === 'change' && !terminal.interactive;
  const select = isOptional ? currentEnvironment : selectEnvironment;
  const environment = await select(api, terminal, project, given.environment, purpose);
  return { api, terminal, project, environment };
}

/** Selects the project, and an environment only if one is named. */
export async function selectNamedScope(
  { api, terminal }: Pick<VariableScope, 'api' | 'terminal'>,
  given: { project?: string | undefined; environment?: string | undefined },
): Promise<VariableScope> {
  const project = await selectProject(api, terminal, given.project);
  const isNamed = namedEnvironment(terminal, given.environment) !== undefined;
  const environment = isNamed ? await currentEnvironment(api, terminal, project, given.environment) : null;
  return { api, terminal, project, environment };
}

/** The path of the variables of a level. */
export function variablesPath({ project, environment }: VariableScope, level: Level): string {
  if (level === 'project') return path`/projects/${project.id}/variables`;
  if (!environment) throw new CliError('Specify an environment with --environment (-e).');
  return `${path`/projects/${project.id}/environments/${environment.id}`}/variables`;
}

/** The variables of one level; none when another level was asked for. */
export async function listVariablesAt(
  scope: VariableScope,
  one: Level,
  level: Level | null,
): Promise<FoundVariable[]> {
  if (level !== null && level !== one) return [];
  const all = await scope.api.list(variablesPath(scope, one), Variable);
  return all.map((variable) => ({ level: one, variable }));
}

/** The path of a variable. */
export function variablePath(scope: VariableScope, level: Level, name: string): string {
  return `${variablesPath(scope, level)}/${encodeURIComponent(name)}`;
}

/** The variable of this name at the level, or at the only level that has it. Throws `CliError` when there is none. */
export async function findVariable(
  scope: VariableScope,
  name: string,
  level: Level | null,
): Promise<FoundVariable> {
  const at = async (one: Level): Promise<FoundVariable | null> => {
    if (level !== null && level !== one) return null;
    if (one === 'environment' && !scope.environment) return null;
    const variable = await scope.api.find(variablePath(scope, one, name), Variable);
    return variable && { level: one, variable };
  };
  const [ofEnvironment, ofProject] = await Promise.all([at('environment'), at('project')]);
  if (ofEnvironment && ofProject) {
    throw new CliError(
      `Variable found at both project and environment levels: ${name}\nTo select a variable, use the --level option ('project' or 'environment').`,
    );
  }
  const found = ofEnvironment ?? ofProject;
  if (!found) {
    const isComplete = scope.environment !== null || level === 'project';
    const hint = isComplete ? '' : '\nTo look in an environment too, specify it with --environment (-e).';
    throw new CliError(`Variable not found: ${printable(name)}${hint}`);
  }
  return found;
}

/** Prints a variable with its level. A sensitive value is not known. */
export function printVariable(
  terminal: Terminal,
  { level, variable }: FoundVariable,
  options: TableOptions,
): void {
  printProperties(terminal, { ...withoutLinks(variable), level }, options);
}
