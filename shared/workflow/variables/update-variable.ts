import { editVariable, type VariableChanges } from '../../domain/variables/edit-variable.ts';
import type { PlacedVariable } from '../../domain/variables/effective-variables.ts';
import type { Variable, VariableLevel } from '../../domain/variables/variable.ts';
import { invalidVariable, type StoreVariablePorts, storeVariable } from './steps/store-variable.ts';

/**
 * Changes a variable. The change of an inherited variable gives the environment one of its own.
 * @param found the variable, with the level that defines it
 * @throws BoughError `invalid`, naming every field that is wrong; StoreConflict
 */
export async function updateVariable(
  ports: StoreVariablePorts,
  level: VariableLevel,
  found: PlacedVariable,
  changes: VariableChanges,
): Promise<Variable> {
  const edit = editVariable(found.variable, changes);
  if (edit.verdict === 'invalid') throw invalidVariable(edit.fields);
  const own = isSameLevel(found.level, level) ? found.variable : null;
  return storeVariable(ports, level, edit.draft, own, found);
}

function isSameLevel(a: VariableLevel, b: VariableLevel): boolean {
  return a.environment?.id === b.environment?.id;
}
