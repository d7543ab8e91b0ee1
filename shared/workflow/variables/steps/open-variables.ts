import type { Environment } from '../../../domain/environments/environment.ts';
import { variablesOfBuild } from '../../../domain/variables/effective-variables.ts';
import type { BuildVariable } from '../../../domain/variables/variable.ts';
import type { VariableSecrets } from '../../../ports/variables.ts';
import { type ReadLineagePorts, readLineage } from './read-lineage.ts';
import { openValue } from './store-variable.ts';

/** The ports of `openVariables`. */
export interface OpenVariablesPorts extends ReadLineagePorts {
  variableSecrets: Pick<VariableSecrets, 'open'>;
}

/** The variables that the scripts of an environment's build get, with their values in plain text. */
export async function openVariables(
  ports: OpenVariablesPorts,
  environment: Environment,
): Promise<BuildVariable[]> {
  const level = { project: environment.project, environment: null };
  const [variables, lineage] = await Promise.all([
    ports.variables.listOf(level),
    readLineage(ports, environment),
  ]);
  const isFromFork = (environment.pull_request?.fork ?? null) !== null;
  const placed = variablesOfBuild({ level, variables }, lineage, isFromFork);
  return Promise.all(
    placed.map(async (origin) => {
      const { name, is_json, is_sensitive } = origin.variable;
      return { name, value: await openValue(ports, origin), is_json, is_sensitive };
    }),
  );
}
