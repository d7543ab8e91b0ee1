import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { rowsQuery } from '../../api/environments.ts';
import { projectQuery } from '../../api/projects.ts';
import { CodeMenu } from '../../components/code-menu.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';
import { addressOf } from '../../shell/routes.ts';
import { EnvironmentTree } from './environment-tree.tsx';
import { NoEnvironments } from './no-environments.tsx';

/** A project: the tree of its environments. */
export function TreePage({ project: id, query }: { project: string; query: URLSearchParams }) {
  const api = useApi();
  const project = useQuery(projectQuery(api, id));
  const environments = useQuery(rowsQuery(api, id));
  const title = project.data?.title;
  const repository = project.data?.repository.url ?? '';
  return (
    <Page
      title={title ?? id}
      heading={<Foreign text={title ?? id} />}
      description={repository === '' ? undefined : <Foreign text={repository} />}
      crumbs={crumbsOfProject(id, title)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <CodeMenu repository={repository} branch={null} />
          <Button iconName="settings" href={addressOf({ page: 'settings', project: id, section: [] })}>
            Settings
          </Button>
        </SpaceBetween>
      }
    >
      <Loaded query={environments}>
        {({ rows, isComplete }) =>
          rows.length === 0 && isComplete ? (
            <NoEnvironments project={id} />
          ) : (
            <EnvironmentTree project={id} rows={rows} isComplete={isComplete} query={query} />
          )
        }
      </Loaded>
    </Page>
  );
}
