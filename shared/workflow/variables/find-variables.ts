import type { Environment } from '../../domain/environments/environment.ts';
import { effectiveVariables, type PlacedVariable } from '../../domain/variables/effective-variables.ts';
import { type ReadLineagePorts, readLineage } from './steps/read-lineage.ts';

/** The variables that an environment has, with those that it inherits, in the order of their names. */
export async function findVariables(
  ports: ReadLineagePorts,
  environment: Environment,
): Promise<PlacedVariable[]> {
  return effectiveVariables(await readLineage(ports, environment));
}
