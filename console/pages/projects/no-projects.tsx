import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Command } from '../../components/command.tsx';
import { FailureBox } from '../../components/failure-box.tsx';
import { WriteButton } from '../../components/write-button.tsx';
import { useNewProject } from './use-new-project.ts';

/** The first steps: the form of the first project, and the command that does the same. */
export function NoProjects() {
  const { title, setTitle, canCreate, create, isBusy, failure, errors } = useNewProject();
  const isByField = Object.keys(failure?.fields ?? {}).length > 0;
  return (
    <Container header={<Header>No project yet</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canCreate && !isBusy) create();
        }}
      >
        <SpaceBetween size="m">
          <Box variant="p">
            A project has the environments of one Bitbucket repository. Create one, then add its integration.
          </Box>
          <FormField label="Title" errorText={errors.of('title')}>
            <Input value={title} placeholder="My website" onChange={({ detail }) => setTitle(detail.value)} />
          </FormField>
          {failure && !isByField && <FailureBox failure={failure} />}
          <WriteButton variant="primary" loading={isBusy} disabled={!canCreate}>
            Create project
          </WriteButton>
          <div>
            <Box variant="awsui-key-label">The same with the command</Box>
            <Command text='bough project:create --title "My website"' />
          </div>
        </SpaceBetween>
      </form>
    </Container>
  );
}
