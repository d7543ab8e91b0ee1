import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Project } from '../../../shared/api/project.ts';
import { useApi } from '../../api/api-context.tsx';
import { asFailure } from '../../api/api-failure.ts';
import type { Read } from '../../api/client.ts';
import { firstProjects, projectsQuery } from '../../api/projects.ts';
import { Loaded } from '../../components/loaded.tsx';
import { WriteButton } from '../../components/write-button.tsx';
import { isFirstPage, replacePage } from '../../shell/location.ts';
import { Page } from '../../shell/page.tsx';
import { NewProjectDialog } from './new-project-dialog.tsx';
import { NoProjects } from './no-projects.tsx';
import { OpenById } from './open-by-id.tsx';
import { ProjectTable } from './project-table.tsx';

/** All projects. A user who comes to the console and has a single project sees that project at once. */
export function ProjectsPage() {
  // The pages up to the shown one. The API links each to the next.
  const [pages, setPages] = useState<readonly string[]>([firstProjects]);
  const query = useQuery(projectsQuery(useApi(), pages.at(-1) ?? firstProjects));
  const [isCreating, setCreating] = useState(false);
  const only = pages.length === 1 ? onlyOneIn(query.data) : null;
  useEffect(() => {
    if (only && isFirstPage()) replacePage({ page: 'tree', project: only.id });
  }, [only]);
  // TanStack Query forgets the error while it tries again. The form stays, with what the user types.
  const [isForbidden, setForbidden] = useState(false);
  if (!isForbidden && query.error !== null && asFailure(query.error).status === 403) setForbidden(true);
  return (
    <Page
      title="Projects"
      crumbs={[]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel="Read the projects again"
            loading={query.isFetching}
            onClick={() => void query.refetch()}
          />
          <WriteButton onClick={() => setCreating(true)}>Create project</WriteButton>
        </SpaceBetween>
      }
    >
      {isForbidden && !query.data ? (
        <OpenById />
      ) : (
        <Loaded query={query}>
          {({ value: projects, next }) =>
            projects.length === 0 ? (
              <NoProjects />
            ) : (
              <ProjectTable
                projects={projects}
                page={pages.length}
                hasMore={next !== null}
                onPage={(page) => setPages([...pages, ...(next === null ? [] : [next])].slice(0, page))}
              />
            )
          }
        </Loaded>
      )}
      {isCreating && <NewProjectDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function onlyOneIn(read: Read<Project[]> | undefined): Project | null {
  const [first, ...others] = read?.value ?? [];
  return first && others.length === 0 && read?.next === null ? first : null;
}
