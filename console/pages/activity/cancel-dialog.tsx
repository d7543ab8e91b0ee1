import Box from '@cloudscape-design/components/box';
import type { Activity } from '../../../shared/api/activity.ts';
import { cancelActivity } from '../../api/activity.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { Foreign } from '../../components/foreign.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useWrite } from '../../components/use-write.ts';

/** Cancels an activity. */
export function CancelDialog({ activity, close }: { activity: Activity; close: () => void }) {
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => cancelActivity(api, activity),
    close,
    queriesOf(activity.project),
  );
  return (
    <FormDialog
      title="Cancel the activity"
      submitText="Cancel activity"
      cancelText="Let it go on"
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <Box variant="p">
        <Foreign text={activity.text} /> ends
        {activity.state === 'in_progress' ? ' when its work has stopped' : ' at once'}. What was deployed
        before stays. The next prune starts again what the repository still asks for.
      </Box>
    </FormDialog>
  );
}
