import type { Environment } from '../environments/environment.ts';

/** The place of variables: a project, or one of its environments. */
export interface VariableLevel {
  project: string;
  /** Null for the variables of the project itself. */
  environment: Pick<Environment, 'id' | 'incarnation'> | null;
}

/** The properties of a variable that users choose. */
export interface VariableOptions {
  is_json: boolean;
  /** The value is encrypted, and nobody can read it back. */
  is_sensitive: boolean;
  /** False for a variable that scripts do not get. Always true at the level of a project. */
  is_enabled: boolean;
  /** Child environments have the variable too. Always true at the level of a project. */
  is_inheritable: boolean;
  visible_build: boolean;
  /** Builds of pull requests from forks get the variable. */
  visible_forks: boolean;
}

/** A variable for the scripts of builds. */
export interface Variable extends VariableOptions {
  name: string;
  /** Null for a sensitive variable. */
  value: string | null;
  /** The ciphertext of a sensitive value, in parts; empty for any other variable. */
  sealed_value: string[];
  /** The length of the value in bytes. */
  bytes: number;
  /** Distinguishes variables that had the same name one after the other. */
  incarnation: string;
  created_at: string;
  updated_at: string;
  version: number;
}

/** A variable with its value in plain text, for one build. */
export interface BuildVariable {
  name: string;
  value: string;
  is_json: boolean;
  is_sensitive: boolean;
}

/** The limits of variables. */
export const variableLimits = {
  /** Characters of a name. */
  name: 256,
  /** Bytes of a value. */
  value: 8 * 2 ** 10,
  /** Variables of a project itself, or of one environment. */
  count: 200,
  /** Bytes of the names and values of a build, and of one level. */
  bytes: 64 * 2 ** 10,
  /** Environments above an environment whose variables it inherits. */
  ancestors: 20,
  /** Bytes of the id of an environment: a key of the table has the id and the name. */
  environment: 700,
};

/** Characters of the shortest text that is hidden in logs. Shorter ones occur by chance. */
export const shortestHidden = 4;

/** The prefix of variables that are environment variables of scripts. */
export const environmentPrefix = 'env:';

/** Environment variables that would change how Bough, a shell or the loader works. */
const reserved =
  /^(?:(?:BOUGH|AWS|CODEBUILD|LD|DYLD)_.*|PATH|HOME|PWD|OLDPWD|SHELL|SHLVL|USER|LOGNAME|IFS|PS4|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|NODE_OPTIONS)$/;

/** The name of the environment variable that a variable becomes; null when it becomes none. */
export function environmentName({ name }: Pick<Variable, 'name'>): string | null {
  if (!name.startsWith(environmentPrefix)) return null;
  const bare = name.slice(environmentPrefix.length);
  return reserved.test(bare) || !/^[A-Za-z][A-Za-z0-9_]*$/.test(bare) ? null : bare;
}

/** The reason for which a variable cannot have this name; null for a valid name. */
export function variableNameProblem(name: string): string | null {
  if (name.length > variableLimits.name)
    return `The variable name exceeds the maximum length, ${variableLimits.name} characters.`;
  if (!/^[A-Za-z0-9_.:-]+$/.test(name))
    return 'The variable name can only contain letters, digits and the characters _ . : -';
  if (!name.startsWith(environmentPrefix) || environmentName({ name }) !== null) return null;
  const bare = name.slice(environmentPrefix.length);
  if (reserved.test(bare))
    return `The environment variable ${bare} is reserved: Bough, AWS tools, a shell or the loader reads it. Choose another name, and assign it in the script.`;
  return 'Environment variable names can only contain letters (A-Z), digits (0-9), and underscores. The first character must be a letter.';
}

/** The reason for which a variable cannot have this value, without the value; null for a valid value. */
export function variableValueProblem(value: string, isJson: boolean): string | null {
  if (byteLength(value) > variableLimits.value)
    return `The value has more than ${variableLimits.value / 2 ** 10} KiB`;
  if (value.includes('\0')) return 'The value has a character that no environment variable can have: NUL';
  if (!value.isWellFormed()) return 'The value is not valid Unicode';
  return isJson && !isJsonText(value) ? 'The value is not valid JSON' : null;
}

/** The length of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The options of a new variable. A sensitive value reaches builds of forks only when a user says so. */
export function defaultVariableOptions(isSensitive: boolean): VariableOptions {
  return {
    is_json: false,
    is_sensitive: isSensitive,
    is_enabled: true,
    is_inheritable: true,
    visible_build: true,
    visible_forks: !isSensitive,
  };
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
