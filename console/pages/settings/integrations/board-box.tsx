import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Integration } from '../../../../shared/api/integration.ts';
import { useApi } from '../../../api/api-context.tsx';
import { integrationOperations } from '../../../api/integration-operations.ts';
import { boardQuery } from '../../../api/integrations.ts';
import { queriesOf, queryKeys } from '../../../api/query-keys.ts';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { SiteLink } from '../../../components/links.tsx';
import { Loaded } from '../../../components/loaded.tsx';
import { useWrite } from '../../../components/use-write.ts';
import { WriteButton } from '../../../components/write-button.tsx';
import { useNotices } from '../../../shell/notices.tsx';
import { CopiedValue } from './copied-value.tsx';

/** The board that everybody with its link can open, and the renewal that ends all such links. */
export function BoardBox({
  project,
  integration: { id, public_pages },
}: {
  project: string;
  integration: Integration;
}) {
  const query = useQuery(boardQuery(useApi(), project, id));
  const [isAsking, setAsking] = useState(false);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A page with all environments for people without AWS. Everybody with its address can read it."
          actions={<WriteButton onClick={() => setAsking(true)}>Renew links</WriteButton>}
        >
          Board
        </Header>
      }
    >
      <Loaded query={query}>
        {({ url }) =>
          url === null ? (
            <Box color="text-body-secondary">
              {public_pages
                ? 'The board gets its address when the links are renewed.'
                : 'Public pages are off.'}
            </Box>
          ) : (
            <SpaceBetween size="xs">
              <CopiedValue label="Board address" text={url} />
              <SiteLink url={url}>Open the board</SiteLink>
            </SpaceBetween>
          )
        }
      </Loaded>
      {isAsking && <RenewDialog project={project} id={id} close={() => setAsking(false)} />}
    </Container>
  );
}

function RenewDialog({ project, id, close }: { project: string; id: string; close: () => void }) {
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite((api, _: null) =>
    integrationOperations.renewLinks(api, { project, id }), () => {
    close();
    notices.add({ type: 'success', header: 'The links are renewed' });
  }, [queryKeys.board(project, id), ...queriesOf(project)]);
  return (
    <FormDialog
      title="Renew the links"
      submitText="Renew links"
      isDestructive
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(null)}
      onClose={close}
    >
      <Box variant="p">
        All links to the board, to status pages and to logs end at once. The current build statuses in
        Bitbucket get new links; send the new address of the board to everybody who shall have it.
      </Box>
    </FormDialog>
  );
}
