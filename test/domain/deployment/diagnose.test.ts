import { describe, expect, it } from 'vitest';
import {
  type CheckId,
  type CheckState,
  diagnose,
  type Facts,
} from '../../../shared/domain/deployment/diagnose.ts';

const healthy: Facts = {
  builds: { value: 10 },
  buildQuotaCode: 'L-5ED1D25B',
  executions: { value: 1000 },
  neededExecutions: 10,
  schedule: { value: true },
  alarms: { value: 'confirmed' },
  deadLetters: { value: { events: 0, activities: 0 } },
  integrations: [{ project: 'shop', id: 'i1', problems: { value: {} } }],
  hasMore: false,
};

function find(id: CheckId, facts: Partial<Facts>) {
  const found = diagnose({ ...healthy, ...facts }).filter((check) => check.id === id);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('a diagnosis', () => {
  it('of a deployment without faults names every check, and nothing to do', () => {
    expect(diagnose(healthy).map(({ id, state, remedy }) => [id, state, remedy])).toEqual(
      ['build-quota', 'function-quota', 'schedule', 'alarms', 'dead-letters', 'integration'].map((id) => [
        id,
        'ok',
        null,
      ]),
    );
  });

  it.each<[CheckId, Partial<Facts>, CheckState, RegExp, RegExp]>([
    ['build-quota', { builds: { value: 0 } }, 'problem', /0 builds/, /--quota-code L-5ED1D25B/],
    ['build-quota', { builds: { value: 1 } }, 'warning', /1 build at/, /--desired-value 10/],
    ['function-quota', { executions: { value: 9 } }, 'warning', /9 concurrent.*10/, /L-B99A9384/],
    ['schedule', { schedule: { value: false } }, 'problem', /disabled/, /Enable/],
    ['alarms', { alarms: { value: 'pending' } }, 'problem', /not confirmed/, /Open the link/],
    ['alarms', { alarms: { value: 'none' } }, 'problem', /ended its subscription/, /Subscribe/],
    [
      'dead-letters',
      { deadLetters: { value: { events: 0, prune: 2 } } },
      'problem',
      /2 of prune\.$/,
      /deadletter:list/,
    ],
    [
      'integration',
      { integrations: [{ project: 'shop', id: 'i1', problems: { value: { webhook: 'It is gone.' } } }] },
      'problem',
      /^webhook: It is gone\.$/,
      /integration:validate i1 -p shop/,
    ],
    ['integrations', { hasMore: true }, 'unknown', /more integrations/, /integration:validate/],
  ])('says of %s, with %j: %s', (id, facts, state, because, remedy) => {
    const check = find(id, facts);

    expect(check.state).toBe(state);
    expect(check.because).toMatch(because);
    expect(check.remedy).toMatch(remedy);
  });

  it.each<[CheckId, Partial<Facts>]>([
    ['build-quota', { builds: { unknown: 'AWS is away.' } }],
    ['function-quota', { executions: { unknown: 'AWS is away.' } }],
    ['schedule', { schedule: { unknown: 'AWS is away.' } }],
    ['alarms', { alarms: { unknown: 'AWS is away.' } }],
    ['dead-letters', { deadLetters: { unknown: 'AWS is away.' } }],
    ['integration', { integrations: [{ project: 'p', id: 'i', problems: { unknown: 'AWS is away.' } }] }],
  ])('takes what cannot be learned about %s for no fault, and says why', (id, facts) => {
    expect(find(id, facts)).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('AWS is away.'),
      remedy: null,
    });
  });

  it('has enough executions when all are used', () => {
    expect(find('function-quota', { executions: { value: 10 } }).state).toBe('ok');
  });

  it('finds no problem in a deployment without an address for alarms', () => {
    expect(find('alarms', { alarms: null })).toMatchObject({
      state: 'ok',
      because: expect.stringContaining('alarmEmail'),
    });
  });
});
