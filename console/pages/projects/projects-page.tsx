import Button from '@cloudscape-design/components/button';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Project } from '../../../shared/api/project.ts';
import { useApi } from '../../api/api-context.tsx';
import { asFailure } from '../../api/api-failure.ts';
import { projectsQuery } from '../../api/projects.ts';
import { Loaded } from '../../components/loaded.tsx';
import { isFirstPage, replacePage } from '../../shell/location.ts';
import { Page } from '../../shell/page.tsx';
import { NewProjectDialog } from './new-project-dialog.tsx';
import { NoProjects } from './no-projects.tsx';
import { OpenById } from './open-by-id.tsx';
import { ProjectTable } from './project-table.tsx';

/** All projects. A user who comes to the console and has a single project sees that project at once. */
export function ProjectsPage() {
  const query = useQuery(projectsQuery(useApi()));
  const [isCreating, setCreating] = useState(false);
  const only = onlyOneIn(query.data);
  useEffect(() => {
    if (only && isFirstPage()) replacePage({ page: 'tree', project: only.id });
  }, [only]);
  const isForbidden = query.error !== null && asFailure(query.error).status === 403;
  return (
    <Page
      title="Projects"
      crumbs={[]}
      actions={<Button onClick={() => setCreating(true)}>Create project</Button>}
    >
      {isForbidden && !query.data ? (
        <OpenById />
      ) : (
        <Loaded query={query}>
          {(projects) => (projects.length === 0 ? <NoProjects /> : <ProjectTable projects={projects} />)}
        </Loaded>
      )}
      {isCreating && <NewProjectDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function onlyOneIn(projects: readonly Project[] | undefined): Project | null {
  const [first, ...others] = projects ?? [];
  return first && others.length === 0 ? first : null;
}
