import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { deletionsQuery } from '../../api/activities.ts';
import { useApi } from '../../api/api-context.tsx';
import { projectQuery } from '../../api/projects.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Ago } from '../../components/time.tsx';

/** An environment that the project does not have: why it was deleted, if it ever existed. */
export function Gone({ project, environment }: { project: string; environment: string }) {
  const api = useApi();
  const owner = useQuery(projectQuery(api, project));
  const { data: deletions } = useQuery(deletionsQuery(api, project));
  const deletion = deletions?.find(({ environments }) => environments.includes(environment));
  // Without a project, the whole page says so.
  if (!owner.isFetched) return null;
  return (
    <Alert
      type="info"
      header={
        <>
          The project has no environment <Foreign text={environment} />
        </>
      }
      action={<PageLink to={{ page: 'tree', project }}>Open the environments</PageLink>}
    >
      {deletion && (
        <>
          It was deleted <Ago at={deletion.completed_at ?? deletion.created_at} />:{' '}
          <Foreign text={deletion.payload.because} />.{' '}
          <PageLink to={{ page: 'activity', project, environment: null, activity: deletion.id }}>
            Read the log
          </PageLink>
        </>
      )}
    </Alert>
  );
}
