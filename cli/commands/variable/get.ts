import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { printProperty, withoutLinks } from '../../output/properties.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import {
  type FoundVariable,
  findVariable,
  type Level,
  levelOf,
  listVariablesAt,
  printVariable,
  selectScope,
  type VariableScope,
} from './level.ts';
import { listVariables } from './list.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...tableOptions,
  level: z.string().optional(),
  property: z.string().optional(),
  pipe: z.boolean().optional(),
});

/** `variable:get`. */
export const getVariable: Run = async (invocation) => {
  const { args, options, terminal } = invocation;
  const given = Options.parse(options);
  const [name] = args;
  if (name === undefined && !terminal.interactive) return listVariables(invocation);
  const level = levelOf(given.level);
  const scope = await selectScope({ api: connectApi(terminal), terminal }, given, level, 'read');
  const found =
    name === undefined ? await chooseVariable(scope, level) : await findVariable(scope, name, level);
  const { variable } = found;
  if ('is_enabled' in variable && !variable.is_enabled) {
    terminal.info(
      `The variable ${variable.name} is disabled.\nEnable it with: bough variable:update --enabled true ${variable.name}`,
    );
  }
  const property = given.pipe ? 'value' : given.property;
  if (property !== undefined) {
    if (property === 'value' && variable.value === undefined)
      throw new CliError('The variable is sensitive, so its value cannot be read.');
    printProperty(terminal, { ...withoutLinks(variable), level: found.level }, property);
    return 0;
  }
  printVariable(terminal, found, given);
  if ((given.format ?? 'table') !== 'table') return 0;
  terminal.info('\nTo list other variables, run: bough variables');
  terminal.info(`To update the variable, use: bough variable:update ${variable.name}`);
  return 0;
};

async function chooseVariable(scope: VariableScope, level: Level | null): Promise<FoundVariable> {
  const ofEnvironment = await listVariablesAt(scope, 'environment', level);
  const all = [...ofEnvironment, ...(await listVariablesAt(scope, 'project', level))];
  if (all.length === 0) throw new CliError('No variables found');
  const isOfEnvironment = (name: string) => ofEnvironment.some(({ variable }) => variable.name === name);
  return scope.terminal.choose(
    'Enter a number to choose a variable:',
    all.map((found) => {
      const { name } = found.variable;
      const isHidden = found.level === 'project' && isOfEnvironment(name);
      return { value: found, name: isHidden ? `${name} (project-level)` : name };
    }),
  );
}
