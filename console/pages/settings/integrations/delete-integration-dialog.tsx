import Alert from '@cloudscape-design/components/alert';
import type { Integration, RemovedIntegration } from '../../../../shared/api/integration.ts';
import { integrationOperations } from '../../../api/integration-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { Foreign, foreignText } from '../../../components/foreign.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { open } from '../../../shell/location.ts';
import { useNotices } from '../../../shell/notices.tsx';
import { repositoryOf } from './integration-type.ts';

/** Removes an integration from its project. */
export function DeleteIntegrationDialog({
  project,
  integration,
  close,
}: {
  project: string;
  integration: Integration;
  close: () => void;
}) {
  const notices = useNotices();
  const { id } = integration;
  const done = ({ webhook_error, environments }: RemovedIntegration) => {
    close();
    open({ page: 'settings', project, section: ['integrations'] });
    notices.add(
      webhook_error === null
        ? { type: 'success', header: 'The integration is deleted', content: staying(environments) }
        : {
            type: 'warning',
            header: 'The integration is deleted, and its webhook is left in Bitbucket',
            content: foreignText(webhook_error),
          },
    );
  };
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => integrationOperations.remove(api, { project, id }),
    done,
    queriesOf(project),
  );
  return (
    <FormDialog
      title={`Delete the integration with ${repositoryOf(integration)}`}
      submitText="Delete"
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <Alert type="warning" header="Environments no longer follow the repository">
        <ul className="plain">
          <li>The integration goes, with its credentials and its webhook in Bitbucket</li>
          <li>Its environments stay as they are</li>
          <li>
            The repository <Foreign text={repositoryOf(integration)} /> is not touched otherwise
          </li>
        </ul>
      </Alert>
    </FormDialog>
  );
}

function staying(environments: number): string {
  if (environments === 0) return 'It has left no environment.';
  return environments === 1
    ? 'One environment stays as it is.'
    : `${environments} environments stay as they are.`;
}
