import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeletedProject } from '../../../../shared/api/accepted.ts';
import type { Project } from '../../../../shared/api/project.ts';
import { isTyped } from '../../../../shared/domain/values/text.ts';
import { useApi } from '../../../api/api-context.tsx';
import { rowsQuery } from '../../../api/environments.ts';
import { projectOperations } from '../../../api/project-operations.ts';
import { queriesOf } from '../../../api/query-keys.ts';
import { ConfirmationField } from '../../../components/confirmation-field.tsx';
import { Foreign, foreignText } from '../../../components/foreign.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { open } from '../../../shell/location.ts';
import { useNotices } from '../../../shell/notices.tsx';

/** Deletes a project. The dialog names what goes and where, and wants the title typed. */
export function DeletionDialog({ project, close }: { project: Project; close: () => void }) {
  const { id, title, repository } = project;
  const [typed, setTyped] = useState('');
  const notices = useNotices();
  const { data: environments } = useQuery(rowsQuery(useApi(), id));
  const done = (deleted: DeletedProject) => {
    close();
    open({ page: 'projects' });
    notices.add(noticeOf(title, deleted));
  };
  const { run, isBusy, failure } = useWrite(
    (client, _: null) => projectOperations.delete(client, id),
    done,
    queriesOf(id),
  );
  return (
    <FormDialog
      title={`Delete ${title}`}
      submitText="Delete project"
      canSubmit={isTyped(title, typed)}
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <Alert type="warning" header="This cannot be undone">
        <ul className="plain">
          <li>
            The project <Foreign text={title} /> (<Foreign text={id} />) goes
          </li>
          <li>
            {environments?.isComplete ? environmentsText(environments.rows.length) : 'All environments go'},
            with sites and data, protected ones too
          </li>
          {repository.url !== '' && (
            <>
              <li>The integration goes, with its webhook</li>
              <li>
                The repository <Foreign text={repository.url} /> stays as it is
              </li>
            </>
          )}
        </ul>
      </Alert>
      <ConfirmationField expected={title} value={typed} onChange={setTyped} />
    </FormDialog>
  );
}

function environmentsText(count: number): string {
  if (count === 0) return 'No environment goes';
  return count === 1 ? 'Its environment goes' : `All ${count} environments go`;
}

function noticeOf(title: string, { webhook_errors }: DeletedProject) {
  if (webhook_errors.length === 0)
    return { type: 'success' as const, header: `${foreignText(title)} is being deleted` };
  return {
    type: 'warning' as const,
    header: `${foreignText(title)} is being deleted, and a webhook is left in Bitbucket`,
    content: (
      <ul className="plain">
        {webhook_errors.map(({ url, because }) => (
          <li key={url}>
            <Foreign text={url} />: <Foreign text={because} />
          </li>
        ))}
      </ul>
    ),
  };
}
