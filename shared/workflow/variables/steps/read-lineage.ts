import type { Environment } from '../../../domain/environments/environment.ts';
import type { VariablesOfLevel } from '../../../domain/variables/effective-variables.ts';
import { variableLimits } from '../../../domain/variables/variable.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Variables } from '../../../ports/variables.ts';

/** The ports of `readLineage`. */
export interface ReadLineagePorts {
  environments: Pick<Environments, 'get'>;
  variables: Pick<Variables, 'listOf'>;
}

/** Reads the variables of an environment, its parent, and so on. Users can edit parents, so the reading ends at a repetition. */
export async function readLineage(
  { environments, variables }: ReadLineagePorts,
  environment: Environment,
): Promise<VariablesOfLevel[]> {
  const lineage: VariablesOfLevel[] = [];
  const visited = new Set<string>();
  let at: Environment | null = environment;
  while (at && !visited.has(at.id) && visited.size <= variableLimits.ancestors) {
    visited.add(at.id);
    const level = { project: at.project, environment: at };
    lineage.push({ level, variables: await variables.listOf(level) });
    at = at.parent === null ? null : await environments.get(at.project, at.parent);
  }
  return lineage;
}
