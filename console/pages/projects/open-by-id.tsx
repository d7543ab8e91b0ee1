import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { open } from '../../shell/location.ts';

/** For an identity that may not list the projects: opens one by its id. */
export function OpenById() {
  const [id, setId] = useState('');
  const project = id.trim();
  return (
    <Container header={<Header>Open a project by its id</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (project !== '') open({ page: 'tree', project });
        }}
      >
        <SpaceBetween size="m">
          <Box variant="p">
            Your AWS identity may not list the projects. It may have access to some of them.
          </Box>
          <FormField label="ID of the project">
            <Input value={id} spellcheck={false} onChange={({ detail }) => setId(detail.value)} />
          </FormField>
          <Button variant="primary" disabled={project === ''}>
            Open
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}
