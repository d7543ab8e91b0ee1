import { draftVariable, type NewVariable } from '../../domain/variables/edit-variable.ts';
import type { Variable, VariableLevel } from '../../domain/variables/variable.ts';
import { invalidVariable, type StoreVariablePorts, storeVariable } from './steps/store-variable.ts';

/**
 * Adds a variable to a project or an environment. An inherited variable of the same name is replaced there.
 * @throws BoughError `invalid`, naming every field that is wrong; StoreConflict
 */
export async function createVariable(
  ports: StoreVariablePorts,
  level: VariableLevel,
  input: NewVariable,
): Promise<Variable> {
  const edit = draftVariable(input);
  if (edit.verdict === 'invalid') throw invalidVariable(edit.fields);
  if (await ports.variables.get(level, input.name))
    throw invalidVariable({ name: `The variable already exists: ${input.name}` });
  return storeVariable(ports, level, edit.draft, null, null);
}
