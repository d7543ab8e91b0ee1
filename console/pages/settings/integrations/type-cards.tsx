import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { WriteButton } from '../../../components/write-button.tsx';
import { addressOf } from '../../../shell/routes.ts';
import { integrationTypes } from './integration-type.ts';

/** The kinds of Bitbucket that an integration can be added for. */
export function TypeCards({ project }: { project: string }) {
  return (
    <ColumnLayout columns={2}>
      {integrationTypes.map(({ type, title, description }) => (
        <Container
          key={type}
          fitHeight
          header={<Header variant="h3">{title}</Header>}
          footer={
            <WriteButton
              ariaLabel={`+ Add ${title}`}
              href={addressOf({ page: 'settings', project, section: ['integrations', 'add', type] })}
            >
              + Add
            </WriteButton>
          }
        >
          <Box color="text-body-secondary">{description}</Box>
        </Container>
      ))}
    </ColumnLayout>
  );
}
