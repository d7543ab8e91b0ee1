import { describe, expect, it } from 'vitest';
import { lastEnded, longestReason, shownActivity } from '../../../shared/domain/activities/last-activity.ts';
import { anEndedActivity } from '../../support/api-world.ts';
import { anEnvironment, aRunningActivity } from '../../support/builders.ts';

const success = anEndedActivity({ id: 'success' });
const cancelled = anEndedActivity({ id: 'cancelled', state: 'cancelled', result: null });

describe('the last activity of an environment', () => {
  it.each([
    ['is the one that the decision ended', [success], 'success'],
    ['is the one that ran, not one that it superseded', [success, cancelled], 'success'],
    ['may have been cancelled', [cancelled], 'cancelled'],
    ['stays when the decision ends none', [], 'before'],
  ])('%s', (_, finished, id) => {
    const last_activity = anEndedActivity({ id: 'before' });

    expect(lastEnded(anEnvironment({ last_activity }), finished)?.id).toBe(id);
  });

  it('is not stored beside activities, which are shown instead', () => {
    const busy = anEnvironment({ activities: [aRunningActivity({ id: 'now' })], last_activity: success });

    expect(lastEnded(busy, [cancelled])).toBeNull();
    expect(shownActivity(busy)?.id).toBe('now');
  });

  it('is stored with the beginning of its reason', () => {
    const failed = anEndedActivity({ because: 'x'.repeat(2000) });

    expect(lastEnded(anEnvironment(), [failed])?.because).toHaveLength(longestReason);
  });
});
