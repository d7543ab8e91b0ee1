import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { environmentOperations } from '../../api/environment-operations.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { Foreign } from '../../components/foreign.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useFieldErrors } from '../../components/use-field-errors.ts';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';
import { ResourcesField, resourcesInput } from './resources-field.tsx';

/** Activates an environment. For a pull request of a fork this approves exactly the commit that the dialog shows. */
export function ActivateDialog({ environment, close, done }: OperationDialog) {
  const { id, fork, parent, has_deployment } = environment;
  // A newer commit is refused: the user has not seen it.
  const [commit] = useState(environment.head_commit);
  const [resources, setResources] = useState('');
  const { run, isBusy, failure } = useWrite(
    (api, input: { commit?: string; resources?: { init: string } }) =>
      environmentOperations.activate(api, environment, input),
    done,
    queriesOf(environment.project),
  );
  const errors = useFieldErrors(failure);
  return (
    <FormDialog
      title={`Activate ${id}`}
      submitText={fork === null ? 'Activate' : 'Approve and activate'}
      isBusy={isBusy}
      failure={failure}
      fields={['resources.init']}
      onSubmit={() => run({ ...(commit === null ? {} : { commit }), ...resourcesInput(resources) })}
      onClose={close}
    >
      {fork !== null && (
        <Alert type="warning" header="The code comes from a fork">
          It runs with this project’s rights. Read the commit <code className="code">{commit}</code> of{' '}
          <Foreign text={fork} /> first; only this commit is approved.
        </Alert>
      )}
      <Box variant="p">
        Deploys the commit <code className="code">{commit?.slice(0, 7)}</code>
        {!has_deployment && parent !== null && (
          <>
            , with a copy of the data of <Foreign text={parent} />
          </>
        )}
        .
      </Box>
      <ResourcesField value={resources} errors={errors} onChange={setResources} />
    </FormDialog>
  );
}
