import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PrunePreview } from '../../../../shared/api/integration.ts';
import { useApi } from '../../../api/api-context.tsx';
import { prunePreviewQuery } from '../../../api/prune-preview.ts';
import { Loaded } from '../../../components/loaded.tsx';
import { TimeOfDay } from '../../../components/time.tsx';
import { WriteButton } from '../../../components/write-button.tsx';
import { ChangesTable } from './changes-table.tsx';
import { HeldBackBox } from './held-back-box.tsx';
import { LeftOut } from './left-out.tsx';
import { PruneDialog } from './prune-dialog.tsx';

/** The changes that a prune would make now, and the prune itself. */
export function PruneSection({ project, id }: { project: string; id: string }) {
  const query = useQuery(prunePreviewQuery(useApi(), { project, id }));
  const { data: preview, dataUpdatedAt, isFetching, refetch } = query;
  const [asked, setAsked] = useState<'prune' | 'confirm' | null>(null);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description={
          <>
            A prune brings the environments in line with the repository. The schedule prunes every 10 minutes.{' '}
            {dataUpdatedAt > 0 && (
              <>
                Read at <TimeOfDay at={dataUpdatedAt} />.
              </>
            )}
          </>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button loading={isFetching} onClick={() => void refetch()}>
              Preview again
            </Button>
            <WriteButton variant="primary" disabled={preview === undefined} onClick={() => setAsked('prune')}>
              Prune now
            </WriteButton>
          </SpaceBetween>
        }
      >
        Prune
      </Header>
      <Loaded query={query}>
        {(loaded) => <Changes project={project} preview={loaded} confirm={() => setAsked('confirm')} />}
      </Loaded>
      {preview && asked !== null && (
        <PruneDialog
          integration={{ project, id }}
          preview={preview}
          isConfirming={asked === 'confirm'}
          close={() => setAsked(null)}
        />
      )}
    </SpaceBetween>
  );
}

function Changes({
  project,
  preview,
  confirm,
}: {
  project: string;
  preview: PrunePreview;
  confirm: () => void;
}) {
  const { held_back, left_out } = preview;
  return (
    <SpaceBetween size="l">
      {held_back && <HeldBackBox heldBack={held_back} confirm={confirm} />}
      {left_out !== null && <LeftOut text={left_out} />}
      <ChangesTable project={project} preview={preview} />
    </SpaceBetween>
  );
}
