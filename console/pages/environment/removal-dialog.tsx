import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Environment } from '../../../shared/api/environment.ts';
import { isTyped } from '../../../shared/domain/values/text.ts';
import { useApi } from '../../api/api-context.tsx';
import { environmentOperations } from '../../api/environment-operations.ts';
import { rowsQuery } from '../../api/environments.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { ConfirmationField } from '../../components/confirmation-field.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useWrite } from '../../components/use-write.ts';
import type { OperationDialog } from './operation-dialog.ts';

/** Children that the dialog names. It counts the others. */
const mostNamed = 10;

/** Deactivates or deletes an environment. The dialog names what goes, where it is, and the environments that move. */
export function RemovalDialog({
  operation,
  environment,
  close,
  done,
}: OperationDialog & { operation: 'deactivate' | 'delete' }) {
  const [confirmation, setConfirmation] = useState('');
  const { run, isBusy, failure } = useWrite(
    (api, _: null) => environmentOperations[operation](api, environment),
    done,
    queriesOf(environment.project),
  );
  const { id, protected: isProtected } = environment;
  const isDeletion = operation === 'delete';
  return (
    <FormDialog
      title={isDeletion ? `Delete ${id}` : `Deactivate ${id}`}
      submitText={isDeletion ? 'Delete' : 'Deactivate'}
      canSubmit={!isProtected || isTyped(id, confirmation)}
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <Alert type="warning" header="This cannot be undone">
        <Losses environment={environment} isDeletion={isDeletion} />
      </Alert>
      {isDeletion && <Moves environment={environment} />}
      {isProtected && <ConfirmationField expected={id} value={confirmation} onChange={setConfirmation} />}
    </FormDialog>
  );
}

function Losses({ environment, isDeletion }: { environment: Environment; isDeletion: boolean }) {
  const { id, primary_url: url, has_deployment } = environment;
  return (
    <ul className="plain">
      {has_deployment && (
        <li>
          Its site goes
          {url !== null && (
            <>
              : <Foreign text={url} />
            </>
          )}
        </li>
      )}
      <li>
        All data of <Foreign text={id} /> goes
      </li>
      <li>
        {isDeletion
          ? 'The environment itself goes, with its title, type and parent'
          : 'The environment stays, inactive. Its branch in Bitbucket is not touched'}
      </li>
    </ul>
  );
}

function Moves({ environment: { project, id, parent } }: { environment: Environment }) {
  const { data } = useQuery(rowsQuery(useApi(), project));
  const children = data?.rows.filter((row) => row.parent === id) ?? [];
  if (children.length === 0) return null;
  const more = children.length - mostNamed;
  return (
    <Box>
      {children.length === 1 ? 'One environment moves' : `${children.length} environments move`}{' '}
      {parent === null ? (
        'to the top'
      ) : (
        <>
          to <Foreign text={parent} />
        </>
      )}
      :
      <ul className="plain">
        {children.slice(0, mostNamed).map((child) => (
          <li key={child.id}>
            <Foreign text={child.id} />
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </Box>
  );
}
