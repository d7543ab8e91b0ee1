import { expect, it } from 'vitest';
import { jsonLog } from '../../shared/runtime/logger.ts';

function aLog(environment: Record<string, string>) {
  const lines: string[] = [];
  return { log: jsonLog(environment, (line) => lines.push(line)), lines };
}

it('a log line contains the X-Ray trace id of its invocation', () => {
  const environment: Record<string, string> = {};
  const { log, lines } = aLog(environment);

  log.info('loaded');
  environment['_X_AMZN_TRACE_ID'] =
    'Root=1-6af1e2d0-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1';
  log.info('decided', { activity: 'a1' });
  environment['_X_AMZN_TRACE_ID'] = 'Sampled=0;Root=1-6af1e2d1-0123456789abcdef01234567;Lineage=1:2:3';
  log.warn('decided again');

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: expect.any(String), level: 'info', message: 'loaded' },
    expect.objectContaining({ activity: 'a1', trace: '1-6af1e2d0-0123456789abcdef01234567' }),
    expect.objectContaining({ level: 'warn', trace: '1-6af1e2d1-0123456789abcdef01234567' }),
  ]);
});
