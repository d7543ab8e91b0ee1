import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { isTyped } from '../../../shared/domain/values/text.ts';
import { environmentOperations } from '../../api/environment-operations.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { ConfirmationField } from '../../components/confirmation-field.tsx';
import { Foreign, foreignText } from '../../components/foreign.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';

/** Replaces an environment's data with a copy of its parent's. Code cannot be included: it comes from Bitbucket. */
export function SynchronizeDialog({ environment, close, done }: OperationDialog) {
  const { id, parent, protected: isProtected } = environment;
  const [data, setData] = useState(true);
  const [confirmation, setConfirmation] = useState('');
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => environmentOperations.synchronize(api, environment),
    done,
    queriesOf(environment.project),
  );
  return (
    <FormDialog
      title={`Sync ${id}`}
      submitText="Sync"
      canSubmit={data && (!isProtected || isTyped(id, confirmation))}
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <SpaceBetween size="xs">
        <Checkbox
          checked={false}
          disabled
          description={`Code is managed in Bitbucket. Merge ${foreignText(parent ?? 'the parent')} into ${foreignText(id)} in a checkout, and push it.`}
        >
          Code
        </Checkbox>
        <Checkbox checked={data} onChange={({ detail }) => setData(detail.checked)}>
          Data
        </Checkbox>
      </SpaceBetween>
      <Alert type="warning">
        A copy of the data of <Foreign text={parent ?? ''} /> replaces all data of <Foreign text={id} />.
      </Alert>
      {isProtected && <ConfirmationField expected={id} value={confirmation} onChange={setConfirmation} />}
    </FormDialog>
  );
}
