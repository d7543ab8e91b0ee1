import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { projectQuery } from '../../api/projects.ts';
import { Loaded } from '../../components/loaded.tsx';
import { crumbsOfEnvironment, crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';

/** An activity with its log. */
export function ActivityPage({
  project: id,
  environment,
  activity,
}: {
  project: string;
  environment: string | null;
  activity: string;
}) {
  const query = useQuery(projectQuery(useApi(), id));
  const title = query.data?.title;
  const way = environment === null ? crumbsOfProject(id, title) : crumbsOfEnvironment(id, title, environment);
  return (
    <Page
      title="Activity"
      crumbs={[...way, { text: 'Activity', to: { page: 'activity', project: id, environment, activity } }]}
    >
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}
