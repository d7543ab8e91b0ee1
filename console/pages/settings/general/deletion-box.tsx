import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Project } from '../../../../shared/api/project.ts';
import { WriteButton } from '../../../components/write-button.tsx';
import { DeletionDialog } from './deletion-dialog.tsx';

/** The deletion of a project. */
export function DeletionBox({ project }: { project: Project }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Container header={<Header variant="h2">Delete the project</Header>}>
      <SpaceBetween size="m">
        <Box>
          Deletes all environments with their sites and data, the mirror, the integration and its webhook. The
          repository in Bitbucket is not touched.
        </Box>
        <WriteButton onClick={() => setAsking(true)}>Delete project</WriteButton>
      </SpaceBetween>
      {isAsking && <DeletionDialog project={project} close={() => setAsking(false)} />}
    </Container>
  );
}
