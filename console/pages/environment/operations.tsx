import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Environment } from '../../../shared/api/environment.ts';
import { useApi } from '../../api/api-context.tsx';
import { type Accepted, environmentOperations } from '../../api/environment-operations.ts';
import { queriesOf } from '../../api/query-keys.ts';
import { sessionQuery } from '../../api/session-info.ts';
import { Foreign, foreignText } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { useWrite } from '../../components/use-write.ts';
import { useNotices } from '../../shell/notices.tsx';
import { ActivateDialog } from './activate-dialog.tsx';
import { BranchDialog } from './branch-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { RemovalDialog } from './removal-dialog.tsx';
import { SynchronizeDialog } from './synchronize-dialog.tsx';

type Operation =
  | 'activate'
  | 'redeploy'
  | 'synchronize'
  | 'branch'
  | 'merge'
  | 'edit'
  | 'deactivate'
  | 'delete';

const texts: readonly (readonly [Operation, string])[] = [
  ['activate', 'Activate'],
  ['redeploy', 'Redeploy'],
  ['synchronize', 'Sync'],
  ['branch', 'Branch'],
  ['merge', 'Merge'],
  ['edit', 'Edit'],
  ['deactivate', 'Deactivate'],
  ['delete', 'Delete'],
];

const readOnly = {
  because: 'This console only reads.',
  remedy: 'Start bough console without --read-only.',
};

/** The operations on an environment. An operation that is not possible now cannot be clicked, and says why. */
export function Operations({ environment }: { environment: Environment }) {
  const [shown, show] = useState<Operation | null>(null);
  const notices = useNotices();
  const isReadOnly = useQuery(sessionQuery(useApi())).data?.read_only ?? false;
  const close = () => show(null);
  const done = (accepted: Accepted) => {
    close();
    const { entity, activities } = accepted._embedded;
    const [activity] = activities;
    notices.add({
      type: 'success',
      header: activity ? foreignText(activity.text) : `${foreignText(entity.id)} is saved`,
      content: activity && (
        <PageLink
          to={{ page: 'activity', project: entity.project, environment: entity.id, activity: activity.id }}
        >
          Follow its log
        </PageLink>
      ),
    });
  };
  const redeploy = useWrite(environmentOperations.redeploy, done, queriesOf(environment.project));
  const refused = redeploy.failure;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs">
        {texts.map(([operation, text]) => {
          const refusal = isReadOnly ? readOnly : environment.refusals[operation];
          return (
            <Button
              key={operation}
              variant={operation === 'activate' && !refusal ? 'primary' : 'normal'}
              disabled={refusal !== undefined}
              {...(refusal ? { disabledReason: foreignText(`${refusal.because} ${refusal.remedy}`) } : {})}
              loading={operation === 'redeploy' && redeploy.isBusy}
              onClick={() => (operation === 'redeploy' ? redeploy.run(environment) : show(operation))}
            >
              {text}
            </Button>
          );
        })}
      </SpaceBetween>
      {refused && (
        <div role="alert">
          <Foreign text={`${refused.message} ${refused.remedy ?? ''}`} />
        </div>
      )}
      {shown === 'activate' && <ActivateDialog {...{ environment, close, done }} />}
      {shown === 'synchronize' && <SynchronizeDialog {...{ environment, close, done }} />}
      {shown === 'branch' && <BranchDialog {...{ environment, close, done }} />}
      {shown === 'edit' && <EditDialog {...{ environment, close, done }} />}
      {(shown === 'deactivate' || shown === 'delete') && (
        <RemovalDialog operation={shown} {...{ environment, close, done }} />
      )}
    </SpaceBetween>
  );
}
