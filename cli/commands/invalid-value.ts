import { InvalidInput } from '../api/client.ts';
import { CliError } from '../errors.ts';
import { printable } from '../output/text.ts';

/** A catch handler that reports the API's error about a property's new value; rethrows other errors. */
export function invalidValue(property: string): (error: unknown) => never {
  return (error) => {
    const problem = error instanceof InvalidInput ? error.problems[property] : undefined;
    if (problem === undefined) throw error;
    throw new CliError(`Invalid value for ${property}: ${printable(problem)}`, { cause: error });
  };
}
