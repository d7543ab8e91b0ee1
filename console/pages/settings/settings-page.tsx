import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { projectQuery } from '../../api/projects.ts';
import { Loaded } from '../../components/loaded.tsx';
import { crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';

/** The settings of a project. `section` is the rest of the address. */
export function SettingsPage({ project: id, section }: { project: string; section: readonly string[] }) {
  const query = useQuery(projectQuery(useApi(), id));
  return (
    <Page
      title="Settings"
      crumbs={[
        ...crumbsOfProject(id, query.data?.title),
        { text: 'Settings', to: { page: 'settings', project: id, section } },
      ]}
    >
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}
