import { afterEach, expect, it, vi } from 'vitest';
import { emfMetrics } from '../../shared/runtime/emf-metrics.ts';

const written: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  written.length = 0;
});

function metricsOf(namespace: string) {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  return emfMetrics(namespace);
}

it('values of one call are one line, each in the unit of its name', () => {
  metricsOf('Bough/preview').record(
    { Activities: 1, ActivitySeconds: 1.5 },
    { type: 'environment.push', result: 'success' },
  );

  expect(written.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'Bough/preview',
            Dimensions: [['service', 'type', 'result']],
            Metrics: [
              { Name: 'Activities', Unit: 'Count' },
              { Name: 'ActivitySeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      service: 'bough',
      type: 'environment.push',
      result: 'success',
      Activities: 1,
      ActivitySeconds: 1.5,
    },
  ]);
});

it('a line contains no values of the previous line', () => {
  const metrics = metricsOf('Bough/bough');
  metrics.record({ Prunes: 1 }, { result: 'failure' });
  metrics.record({ MirrorBytes: 5 });

  const { _aws, ...last } = JSON.parse(written[1] ?? '');
  expect(_aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Bough/bough',
      Dimensions: [['service']],
      Metrics: [{ Name: 'MirrorBytes', Unit: 'Bytes' }],
    },
  ]);
  expect(last).toEqual({ service: 'bough', MirrorBytes: 5 });
});
