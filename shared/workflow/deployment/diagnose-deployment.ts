import {
  type Check,
  type CheckedIntegration,
  diagnose,
  type Fact,
  type Facts,
} from '../../domain/deployment/diagnose.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import { BoughError, explain } from '../../errors.ts';
import type { DeploymentFacts } from '../../ports/deployment-facts.ts';
import type { Integrations } from '../../ports/integrations.ts';
import { type ValidateIntegrationPorts, validateIntegration } from '../integrations/validate-integration.ts';

export interface DiagnosePorts extends ValidateIntegrationPorts {
  integrations: Pick<Integrations, 'all'>;
  deployment: DeploymentFacts;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** A diagnosis validates at most this many integrations: each asks Bitbucket several times while the caller waits. */
export const mostIntegrations = 20;
const atTheSameTime = 5;
/** Less than the time limit of the management API. */
export const patienceMs = 20_000;

/** Looks at everything that is often in the way of a deployment. Changes nothing, and ends within half a minute. */
export async function diagnoseDeployment(ports: DiagnosePorts): Promise<Check[]> {
  const { deployment } = ports;
  const [builds, executions, schedule, alarms, deadLetters, seen] = await Promise.all([
    deployment.builds(),
    deployment.executions(),
    deployment.schedule(),
    deployment.alarms(),
    deployment.deadLetters(),
    lookAtIntegrations(ports),
  ]);
  const { buildQuotaCode, neededExecutions } = deployment;
  return diagnose({
    ...{ builds, buildQuotaCode, executions, neededExecutions, schedule, alarms, deadLetters },
    ...seen,
  });
}

async function lookAtIntegrations(ports: DiagnosePorts): Promise<Pick<Facts, 'integrations' | 'hasMore'>> {
  const found: Integration[] = [];
  for await (const integration of ports.integrations.all()) {
    found.push(integration);
    if (found.length > mostIntegrations) break;
  }
  const chosen = found.slice(0, mostIntegrations);
  const results = new Map<Integration, Fact<Record<string, string>>>();
  const queue = chosen.values();
  let isOver = false;
  const work = async () => {
    for (const integration of queue) {
      if (isOver) return;
      results.set(integration, await look(ports, integration));
    }
  };
  await Promise.race([Promise.all(Array.from({ length: atTheSameTime }, work)), ports.pause(patienceMs)]);
  isOver = true;
  return {
    integrations: chosen.map(
      (integration): CheckedIntegration => ({
        project: integration.project,
        id: integration.id,
        problems: results.get(integration) ?? { unknown: 'Bitbucket has not answered in time.' },
      }),
    ),
    hasMore: found.length > mostIntegrations,
  };
}

async function look(ports: DiagnosePorts, integration: Integration): Promise<Fact<Record<string, string>>> {
  try {
    return { value: await validateIntegration(ports, integration) };
  } catch (error) {
    return { unknown: error instanceof BoughError ? explain(error) : 'It could not be validated.' };
  }
}
