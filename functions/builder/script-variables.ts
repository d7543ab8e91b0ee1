import { open, rm } from 'node:fs/promises';
import {
  type BuildVariable,
  byteLength,
  environmentName,
  variableLimits,
} from '../../shared/domain/variables/variable.ts';
import { BoughError } from '../../shared/errors.ts';

/**
 * Writes the variables to the file of `$BOUGH_VARIABLES`, which only the builder's user can read.
 * @returns the environment variables for scripts: each variable with the prefix `env:`, except reserved names
 * @throws BoughError invalid, when the variables are too large
 */
export async function scriptVariables(
  path: string,
  variables: readonly BuildVariable[],
): Promise<Record<string, string>> {
  const bytes = variables.reduce((sum, { name, value }) => sum + byteLength(name) + byteLength(value), 0);
  if (bytes > variableLimits.bytes) {
    throw new BoughError(
      'invalid',
      `The variables of this build have ${bytes} bytes; at most ${variableLimits.bytes} are possible.`,
      { remedy: 'Delete or shorten some, or make some invisible to builds.' },
    );
  }
  // An earlier script may have left another file there, or a link.
  await rm(path, { recursive: true, force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(Object.fromEntries(variables.map(entryOf)))}\n`);
  } finally {
    await file.close();
  }
  const named = variables.flatMap((variable) => {
    const name = environmentName(variable);
    return name === null ? [] : [[name, variable.value]];
  });
  return Object.fromEntries(named);
}

function entryOf({ name, value, is_json }: BuildVariable): [string, unknown] {
  return [name, is_json ? JSON.parse(value) : value];
}
