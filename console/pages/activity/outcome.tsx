import Alert from '@cloudscape-design/components/alert';
import type { Activity } from '../../../shared/api/activity.ts';
import { Foreign } from '../../components/foreign.tsx';
import { Ago, DateAndTime } from '../../components/time.tsx';

/** True when the reason of an activity is its obstacle or its end, which has a box of its own. */
export function hasOutcome({ state, result, payload }: Activity): boolean {
  return payload.waiting !== null || result === 'failure' || state === 'cancelled';
}

/** The reason why an activity waits, failed or was cancelled. Other activities have none. */
export function Outcome({ activity: { state, result, payload } }: { activity: Activity }) {
  const because = <Foreign text={payload.because} />;
  if (payload.waiting) {
    const { since, next_try } = payload.waiting;
    return (
      <Alert type="info" header="The activity waits">
        {because}. It waits since <DateAndTime at={since} />
        {next_try === null ? ', and is tried now.' : <Next at={next_try} />}
      </Alert>
    );
  }
  if (result === 'failure')
    return (
      <Alert type="error" header="The activity failed">
        {because}
      </Alert>
    );
  if (state === 'cancelled')
    return (
      <Alert type="info" header="The activity was cancelled">
        {because}
      </Alert>
    );
  return null;
}

function Next({ at }: { at: string }) {
  return (
    <>
      . The next try is <Ago at={at} />.
    </>
  );
}
