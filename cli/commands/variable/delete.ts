import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { DeletedVariable } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { projectLabel } from '../../output/labels.ts';
import { environmentOptions, projectOptions, waitOptions } from '../options.ts';
import { offerRedeployment } from '../redeployment.ts';
import { findVariable, levelOf, selectScope, variablePath } from './level.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...waitOptions,
  level: z.string().optional(),
});

/** `variable:delete`. */
export const deleteVariable: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const level = levelOf(given.level);
  const scope = await selectScope({ api: connectApi(terminal), terminal }, given, level, 'change');
  const found = await findVariable(scope, args[0] ?? '', level);
  const { name, _links } = found.variable;
  if (_links['#delete'] === undefined) {
    throw new CliError(
      `The variable ${name} is inherited, so it cannot be deleted from this environment.\nYou could override its value with the variable:update command.`,
    );
  }
  const where =
    found.level === 'environment'
      ? `environment ${scope.environment?.id}`
      : `project ${projectLabel(scope.project)}`;
  const question = `Are you sure you want to delete the variable ${name} from the ${where}?`;
  if (!(await terminal.confirm(question, { default: false }))) return 1;
  await scope.api.delete(variablePath(scope, found.level, name), DeletedVariable);
  terminal.info(`Deleted variable ${name}`);
  return offerRedeployment(scope, given);
};
