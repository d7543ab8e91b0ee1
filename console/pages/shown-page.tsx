import { usePlace } from '../shell/location.ts';
import type { Place } from '../shell/routes.ts';
import { ActivityPage } from './activity/activity-page.tsx';
import { EnvironmentPage } from './environment/environment-page.tsx';
import { OperationsPage } from './operations/operations-page.tsx';
import { ProjectPage } from './project-page.tsx';
import { ProjectsPage } from './projects/projects-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { TreePage } from './tree/tree-page.tsx';
import { UnknownPage } from './unknown-page.tsx';

/** The page that the address names. A page of other ids starts afresh. */
export function ShownPage() {
  const place = usePlace();
  const { route } = place;
  if (!('project' in route)) return pageAt(place);
  return (
    <ProjectPage key={route.project} project={route.project}>
      {pageAt(place)}
    </ProjectPage>
  );
}

function pageAt({ route, query }: Place) {
  switch (route.page) {
    case 'projects':
      return <ProjectsPage />;
    case 'operations':
      return <OperationsPage />;
    case 'tree':
      return <TreePage key={route.project} project={route.project} query={query} />;
    case 'settings':
      return <SettingsPage key={route.project} project={route.project} section={route.section} />;
    case 'environment':
      return (
        <EnvironmentPage
          key={`${route.project} ${route.environment}`}
          project={route.project}
          environment={route.environment}
        />
      );
    case 'activity':
      return (
        <ActivityPage
          key={`${route.project} ${route.activity}`}
          project={route.project}
          environment={route.environment}
          activity={route.activity}
        />
      );
    case 'unknown':
      return <UnknownPage />;
  }
}
