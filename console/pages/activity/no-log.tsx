import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { Activity } from '../../../shared/api/activity.ts';
import type { Log } from '../../api/log-blocks.ts';
import { DateAndTime } from '../../components/time.tsx';
import { daysKept, logGoneSince } from './retention.ts';

/** A log without lines: why it has none. */
export function NoLog({ activity, log }: { activity: Activity; log: Log }) {
  return (
    <Container header={<Header variant="h2">Log</Header>}>
      <Box textAlign="center" padding="l" color="text-body-secondary">
        <span role="status">{log.isComplete ? <Ended activity={activity} /> : textOf(activity)}</span>
      </Box>
    </Container>
  );
}

function textOf({ state }: Activity): string {
  return state === 'pending'
    ? 'The log begins when the activity starts.'
    : 'The activity has started. Its first line appears here by itself.';
}

function Ended({ activity }: { activity: Activity }) {
  const since = logGoneSince(activity, Date.now());
  if (activity.started_at === null) return 'The activity ended before it started, so it has no log.';
  if (since === null) return 'The activity wrote no log.';
  return (
    <>
      The log is gone since <DateAndTime at={since} />: logs are kept for {daysKept} days.
    </>
  );
}
