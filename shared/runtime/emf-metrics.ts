import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../ports/metrics.ts';

/** Writes metrics as log lines in CloudWatch's embedded metric format, which needs no API call. */
export function emfMetrics(namespace: string): Metrics {
  const powertools = new Powertools({ namespace, serviceName: 'bough' });
  return {
    record(values, kind = {}) {
      powertools.addDimensions({ ...kind });
      for (const [name, value] of Object.entries(values)) powertools.addMetric(name, unitOf(name), value);
      powertools.publishStoredMetrics();
    },
  };
}

function unitOf(name: string) {
  if (name.endsWith('Seconds')) return 'Seconds';
  return name.endsWith('Bytes') ? 'Bytes' : 'Count';
}
