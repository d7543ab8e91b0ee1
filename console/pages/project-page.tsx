import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.tsx';
import { projectQuery } from '../api/projects.ts';
import { Foreign, foreignText } from '../components/foreign.tsx';
import { PageLink } from '../components/links.tsx';
import { isMissing, useFailure } from '../components/use-failure.ts';
import { Page } from '../shell/page.tsx';

/** A page of a project. When there is no such project, the page says so, in place of any address below the project. */
export function ProjectPage({ project, children }: { project: string; children: ReactNode }) {
  const failure = useFailure(useQuery(projectQuery(useApi(), project)));
  if (!isMissing(failure)) return children;
  return (
    <Page
      title={`There is no project ${foreignText(project)}`}
      heading={
        <>
          There is no project <Foreign text={project} />
        </>
      }
      crumbs={[]}
    >
      <Box>
        It was deleted, or its id is wrong. <PageLink to={{ page: 'projects' }}>Open the projects</PageLink>
      </Box>
    </Page>
  );
}
