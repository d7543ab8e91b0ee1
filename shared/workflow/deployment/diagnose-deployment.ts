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

/** The ports of `diagnoseDeployment`. */
export interface DiagnosePorts extends ValidateIntegrationPorts {
  integrations: Pick<Integrations, 'all'>;
  deployment: DeploymentFacts;
  /** Resolves after the given milliseconds. */
  pause(ms: number): Promise<void>;
}

/** A diagnosis validates at most this many integrations: each takes several requests while the caller waits. */
export const mostIntegrations = 20;
const concurrency = 5;
/** The time for all validations; below the management API's own limit. */
export const timeLimitMs = 20_000;

/** Checks the common causes of failed deployments, within half a minute. Read-only. */
export async function diagnoseDeployment(ports: DiagnosePorts): Promise<Check[]> {
  const { deployment } = ports;
  const [builds, executions, schedule, alarms, deadLetters, seen] = await Promise.all([
    deployment.builds(),
    deployment.executions(),
    deployment.schedule(),
    deployment.alarms(),
    deployment.deadLetters(),
    validateIntegrations(ports),
  ]);
  const { buildQuotaCode, neededExecutions } = deployment;
  return diagnose({
    ...{ builds, buildQuotaCode, executions, neededExecutions, schedule, alarms, deadLetters },
    ...seen,
  });
}

async function validateIntegrations(ports: DiagnosePorts): Promise<Pick<Facts, 'integrations' | 'hasMore'>> {
  const found: Integration[] = [];
  for await (const integration of ports.integrations.all()) {
    found.push(integration);
    if (found.length > mostIntegrations) break;
  }
  const chosen = found.slice(0, mostIntegrations);
  const results = new Map<Integration, Fact<Record<string, string>>>();
  const queue = chosen.values();
  let hasEnded = false;
  const work = async () => {
    for (const integration of queue) {
      if (hasEnded) return;
      results.set(integration, await validate(ports, integration));
    }
  };
  await Promise.race([Promise.all(Array.from({ length: concurrency }, work)), ports.pause(timeLimitMs)]);
  hasEnded = true;
  return {
    integrations: chosen.map(
      (integration): CheckedIntegration => ({
        project: integration.project,
        id: integration.id,
        problems: results.get(integration) ?? { unknown: 'Bitbucket did not respond in time.' },
      }),
    ),
    hasMore: found.length > mostIntegrations,
  };
}

async function validate(
  ports: DiagnosePorts,
  integration: Integration,
): Promise<Fact<Record<string, string>>> {
  try {
    return { value: await validateIntegration(ports, integration) };
  } catch (error) {
    return {
      unknown: error instanceof BoughError ? explain(error) : 'The integration could not be validated.',
    };
  }
}
