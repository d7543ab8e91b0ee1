import {
  byteLength,
  defaultVariableOptions,
  type Variable,
  type VariableOptions,
  variableLimits,
  variableNameProblem,
  variableValueProblem,
} from './variable.ts';

/** The properties of a new variable. */
export interface NewVariable extends Changed<VariableOptions> {
  name: string;
  value: string;
}

/** Changes of a variable. */
export interface VariableChanges extends Changed<VariableOptions> {
  value?: string | undefined;
}

type Changed<T> = { [Field in keyof T]?: T[Field] | undefined };

/** A variable that is about to be stored. */
export interface VariableDraft extends VariableOptions {
  name: string;
  /** The new value; null when the stored value remains. */
  value: string | null;
}

/** The result of an edit: a draft, or the problem of each invalid field. */
export type VariableEdit =
  | { verdict: 'edit'; draft: VariableDraft }
  | { verdict: 'invalid'; fields: Record<string, string> };

/** Validates a new variable. */
export function draftVariable(input: NewVariable): VariableEdit {
  const { name, value, ...options } = input;
  const draft = { ...withChanges(defaultVariableOptions(input.is_sensitive ?? false), options), name, value };
  return judged(draft, {
    name: variableNameProblem(name),
    value: variableValueProblem(value, draft.is_json),
  });
}

/** Validates the changes of a variable. A sensitive value is never revealed: only a new value can be plain. */
export function editVariable(before: Variable, { value, ...changes }: VariableChanges): VariableEdit {
  const draft = { ...withChanges(optionsOf(before), changes), name: before.name, value: value ?? null };
  const becomesSensitive = draft.is_sensitive && !before.is_sensitive;
  if (becomesSensitive && changes.visible_forks === undefined) draft.visible_forks = false;
  const isRevealed = before.is_sensitive && !draft.is_sensitive && value === undefined;
  const text = value ?? before.value;
  return judged(draft, {
    is_sensitive: isRevealed
      ? 'A sensitive value is never shown again: give a new value with it, or delete the variable'
      : null,
    is_json:
      changes.is_json === true && !before.is_json && text === null
        ? 'The sensitive value cannot be checked: give it again'
        : null,
    value: text === null ? null : variableValueProblem(text, draft.is_json),
  });
}

/** The reason for which a level has no room for a variable; null when there is room. */
export function roomProblem(others: readonly Variable[], { name, bytes }: Pick<Variable, 'name' | 'bytes'>) {
  if (others.length >= variableLimits.count)
    return `There are ${variableLimits.count} variables already, the most that are possible`;
  const total = others.reduce((sum, other) => sum + sizeOf(other), sizeOf({ name, bytes }));
  return total > variableLimits.bytes
    ? `All variables together have more than ${variableLimits.bytes / 2 ** 10} KiB`
    : null;
}

function sizeOf({ name, bytes }: Pick<Variable, 'name' | 'bytes'>): number {
  return byteLength(name) + bytes;
}

/** The options of a variable without its other properties. */
export function optionsOf(variable: VariableOptions): VariableOptions {
  const { is_json, is_sensitive, is_enabled, is_inheritable, visible_build, visible_forks } = variable;
  return { is_json, is_sensitive, is_enabled, is_inheritable, visible_build, visible_forks };
}

function withChanges(options: VariableOptions, changes: Changed<VariableOptions>): VariableOptions {
  return {
    is_json: changes.is_json ?? options.is_json,
    is_sensitive: changes.is_sensitive ?? options.is_sensitive,
    is_enabled: changes.is_enabled ?? options.is_enabled,
    is_inheritable: changes.is_inheritable ?? options.is_inheritable,
    visible_build: changes.visible_build ?? options.visible_build,
    visible_forks: changes.visible_forks ?? options.visible_forks,
  };
}

function judged(draft: VariableDraft, problems: Record<string, string | null>): VariableEdit {
  const fields = Object.entries(problems).flatMap(([field, problem]) => (problem ? [[field, problem]] : []));
  if (fields.length > 0) return { verdict: 'invalid', fields: Object.fromEntries(fields) };
  return { verdict: 'edit', draft };
}
