import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { environmentQuery } from '../../api/environments.ts';
import { projectQuery } from '../../api/projects.ts';
import { EnvironmentStatus } from '../../components/environment-status.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { crumbsOfEnvironment } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';

/** An environment with its operations, routes and activities. */
export function EnvironmentPage({ project, environment }: { project: string; environment: string }) {
  const api = useApi();
  const owner = useQuery(projectQuery(api, project));
  const query = useQuery(environmentQuery(api, project, environment));
  return (
    <Page
      title={environment}
      heading={<Foreign text={environment} />}
      crumbs={crumbsOfEnvironment(project, owner.data?.title, environment)}
    >
      <Loaded query={query}>{({ status }) => <EnvironmentStatus status={status} />}</Loaded>
    </Page>
  );
}
