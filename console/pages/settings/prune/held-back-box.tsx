import Alert from '@cloudscape-design/components/alert';
import type { PrunePreview } from '../../../../shared/api/integration.ts';
import { Foreign } from '../../../components/foreign.tsx';
import { WriteButton } from '../../../components/write-button.tsx';
import { environmentsText } from './change-texts.ts';

/** Deletions that exceed the limit, with the button that confirms them. */
export function HeldBackBox({
  heldBack: { because, count },
  confirm,
}: {
  heldBack: NonNullable<PrunePreview['held_back']>;
  confirm: () => void;
}) {
  return (
    <Alert
      type="warning"
      header="Deletions are held back"
      action={<WriteButton onClick={confirm}>Delete {environmentsText(count)}</WriteButton>}
    >
      <Foreign text={because} />. A prune deletes none of them until you confirm exactly these deletions.
    </Alert>
  );
}
