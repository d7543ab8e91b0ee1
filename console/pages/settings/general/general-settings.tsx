import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Project } from '../../../../shared/api/project.ts';
import { DefaultBranchForm } from './default-branch-form.tsx';
import { DeletionBox } from './deletion-box.tsx';
import { TitleForm } from './title-form.tsx';

/** The title and the default branch of a project, and its deletion. */
export function GeneralSettings({ project }: { project: Project }) {
  return (
    <SpaceBetween size="l">
      {project.status.code === 'deleting' && (
        <Alert type="warning" header="The project is being deleted">
          Its environments go one after the other. The project disappears when the last has gone.
        </Alert>
      )}
      <TitleForm project={project} />
      <DefaultBranchForm project={project} />
      <DeletionBox project={project} />
    </SpaceBetween>
  );
}
