import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import type { PrunePreview } from '../../../../shared/api/integration.ts';
import { type IntegrationId, integrationOperations } from '../../../api/integration-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { Foreign, foreignText } from '../../../components/foreign.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { PageLink } from '../../../components/links.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { open } from '../../../shell/location.ts';
import { useNotices } from '../../../shell/notices.tsx';
import { countsText, environmentsText } from './change-texts.ts';

/** Environments that the dialog names. It counts the others. */
const mostNamed = 20;

/** Prunes now. With `isConfirming` the prune also makes the deletions that are held back, exactly those of the preview. */
export function PruneDialog(props: {
  integration: IntegrationId;
  preview: PrunePreview;
  isConfirming: boolean;
  close: () => void;
}) {
  const { integration, preview, isConfirming, close } = props;
  const { held_back } = preview;
  const counts = isConfirming ? confirmed(preview.counts) : preview.counts;
  const { project, id } = integration;
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite(
    (api, _: null) =>
      integrationOperations.prune(
        api,
        integration,
        isConfirming && held_back ? { confirm: held_back.digest } : {},
      ),
    ({ _embedded: { activities } }) => {
      const [activity] = activities;
      close();
      open({ page: 'settings', project, section: ['integrations', id] });
      notices.add({
        type: 'success',
        header: activity ? foreignText(activity.text) : 'The prune is queued',
        content: activity && (
          <PageLink to={{ page: 'activity', project, environment: null, activity: activity.id }}>
            Follow its log
          </PageLink>
        ),
      });
    },
    queriesOf(project),
  );
  return (
    <FormDialog
      title={isConfirming ? `Delete ${environmentsText(preview.counts.hold_back)}` : 'Prune now'}
      submitText={isConfirming ? 'Delete' : 'Prune'}
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      {counts.delete > 0 ? (
        <Going preview={preview} isConfirming={isConfirming} count={counts.delete} />
      ) : (
        <Box variant="p">No environment is deleted.</Box>
      )}
      <Box variant="p">
        All changes: {countsText(counts) || 'none'}. The prune reads the repository again first.
      </Box>
    </FormDialog>
  );
}

/** The counts when the deletions that are held back are confirmed. */
function confirmed(counts: PrunePreview['counts']): PrunePreview['counts'] {
  return { ...counts, delete: counts.delete + counts.hold_back, hold_back: 0 };
}

function Going(props: { preview: PrunePreview; isConfirming: boolean; count: number }) {
  const { preview, isConfirming, count } = props;
  const going = preview.changes.filter(
    ({ change }) => change === 'delete' || (isConfirming && change === 'hold_back'),
  );
  const named = going.slice(0, mostNamed);
  return (
    <Alert
      type="warning"
      header={`${count === 1 ? 'One environment goes' : `${count} environments go`}, with site and data`}
    >
      <ul className="plain">
        {named.map(({ environment }) => (
          <li key={environment}>
            <Foreign text={environment} />
          </li>
        ))}
        {count > named.length && <li>and {count - named.length} more</li>}
      </ul>
      Children of a deleted environment move to its parent.
    </Alert>
  );
}
