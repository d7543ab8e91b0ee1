import type { PlacedVariable } from '../../domain/variables/effective-variables.ts';
import type { VariableLevel } from '../../domain/variables/variable.ts';
import { BoughError } from '../../errors.ts';
import type { Variables } from '../../ports/variables.ts';

/** The ports of `deleteVariable`. */
export interface DeleteVariablePorts {
  variables: Pick<Variables, 'remove'>;
}

/**
 * Deletes a variable from the level that defines it.
 * @throws BoughError `refused`, when it is inherited; StoreConflict
 */
export async function deleteVariable(
  { variables }: DeleteVariablePorts,
  level: VariableLevel,
  { level: origin, variable }: PlacedVariable,
): Promise<void> {
  if (origin.environment?.id !== level.environment?.id) {
    throw new BoughError(
      'refused',
      `The variable ${variable.name} is inherited, so it cannot be deleted from this environment.`,
      {
        remedy: `Override it here, or delete it in ${origin.environment?.id}.`,
      },
    );
  }
  await variables.remove(level, variable);
}
