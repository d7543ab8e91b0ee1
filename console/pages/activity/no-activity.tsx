import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { projectQuery } from '../../api/projects.ts';
import { PageLink } from '../../components/links.tsx';
import { daysKept } from './retention.ts';

/** An activity that the project does not have, or not any more. */
export function NoActivity({ project, environment }: { project: string; environment: string | null }) {
  const owner = useQuery(projectQuery(useApi(), project));
  // Without a project, the whole page says so.
  if (!owner.isFetched) return null;
  return (
    <Alert
      type="info"
      header="There is no such activity"
      action={
        environment === null ? (
          <PageLink to={{ page: 'tree', project }}>Open the environments</PageLink>
        ) : (
          <PageLink to={{ page: 'environment', project, environment }}>Open the environment</PageLink>
        )
      }
    >
      Activities and their logs are kept for {daysKept} days after their end.
    </Alert>
  );
}
