import { roomProblem, type VariableDraft } from '../../../domain/variables/edit-variable.ts';
import {
  byteLength,
  type Variable,
  type VariableLevel,
  variableLimits,
} from '../../../domain/variables/variable.ts';
import { BoughError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { VariableSecrets, Variables } from '../../../ports/variables.ts';

/** The ports of `storeVariable`. */
export interface StoreVariablePorts {
  variables: Variables;
  variableSecrets: VariableSecrets;
  clock: Pick<Clock, 'now'>;
  newId(): string;
}

/** A stored variable whose value and properties a new one takes over. */
export interface Origin {
  level: VariableLevel;
  variable: Variable;
}

/**
 * Stores a draft at a level, with a sensitive value encrypted. The ciphertext is bound to its level, so a value that
 * comes from another level is encrypted again.
 * @param own the variable that the level has; null when it is new there
 * @param origin the variable with the value, when the draft has none
 * @throws BoughError `invalid`, when there is no room; StoreConflict
 */
export async function storeVariable(
  { variables, variableSecrets, clock, newId }: StoreVariablePorts,
  level: VariableLevel,
  draft: VariableDraft,
  own: Variable | null,
  origin: Origin | null,
): Promise<Variable> {
  const { name } = draft;
  requireShortId(level);
  const kept = { ...draft, value: draft.value ?? origin?.variable.value ?? null };
  const isUnchanged = kept.value === null && draft.is_sensitive && own !== null && origin?.variable === own;
  const text = kept.value ?? (isUnchanged || !origin ? null : await openValue({ variableSecrets }, origin));
  const seal = () => variableSecrets.seal(level, name, text ?? '');
  const now = clock.now();
  const variable: Variable = {
    ...kept,
    value: draft.is_sensitive ? null : text,
    sealed_value: isUnchanged ? own.sealed_value : draft.is_sensitive ? await seal() : [],
    bytes: text === null ? (origin?.variable.bytes ?? 0) : byteLength(text),
    incarnation: own?.incarnation ?? newId(),
    created_at: own?.created_at ?? now,
    updated_at: now,
    version: (own?.version ?? 0) + 1,
  };
  const others = (await variables.listOf(level)).filter((other) => other.name !== name);
  const problem = roomProblem(others, variable);
  if (problem) throw invalidVariable({ value: problem });
  await variables.save(level, variable);
  return variable;
}

/** The value of a variable in plain text. */
export async function openValue(
  { variableSecrets }: { variableSecrets: Pick<VariableSecrets, 'open'> },
  { level, variable }: Origin,
): Promise<string> {
  return variable.value ?? variableSecrets.open(level, variable.name, variable.sealed_value);
}

/** The error of a variable whose fields are wrong. It contains no value. */
export function invalidVariable(fields: Record<string, string>): BoughError {
  return new BoughError('invalid', 'The variable is invalid.', { fields });
}

function requireShortId({ environment }: VariableLevel): void {
  if (environment && byteLength(environment.id) > variableLimits.environment)
    throw invalidVariable({
      name: `The name of the environment has more than ${variableLimits.environment} bytes, so it cannot have variables of its own`,
    });
}
