import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { Result, Variable } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { offerRedeployment } from '../redeployment.ts';
import { type FieldOptions, fieldOptions, fieldsOf, warnAboutShortValue } from './fields.ts';
import {
  type FoundVariable,
  findVariable,
  levelOf,
  printVariable,
  selectScope,
  type VariableScope,
  variablePath,
} from './level.ts';

const Options = z.object({ ...fieldOptions, allowNoChange: z.boolean().optional() });

/** `variable:update`. */
export const updateVariable: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const level = levelOf(given.level);
  const scope = await selectScope({ api: connectApi(terminal), terminal }, given, level, 'change');
  const found = await findVariable(scope, args[0] ?? '', level);
  return changeVariable(scope, found, given, given.allowNoChange ?? false);
};

/** Changes the fields of the options that differ. Resolves to the exit code. */
export async function changeVariable(
  scope: VariableScope,
  { level, variable }: FoundVariable,
  given: FieldOptions,
  isNoChangeAllowed: boolean,
): Promise<number> {
  const { api, terminal } = scope;
  const before = new Map<string, unknown>(Object.entries(variable));
  const changes = Object.entries(fieldsOf(given)).filter(
    ([field, value]) => value !== undefined && value !== before.get(field),
  );
  if (changes.length === 0) {
    terminal.info('No changes were provided.');
    return isNoChangeAllowed ? 0 : 1;
  }
  const url = variablePath(scope, level, variable.name);
  const { _embedded } = await api.patch(url, Object.fromEntries(changes), Result(Variable));
  terminal.info(`Variable ${variable.name} updated`);
  const value = given.value ?? ('value' in variable ? variable.value : undefined);
  warnAboutShortValue(terminal, value ?? '', _embedded.entity.is_sensitive);
  printVariable(terminal, { level, variable: _embedded.entity }, {});
  return offerRedeployment(scope, given);
}
