import Alert from '@cloudscape-design/components/alert';
import { Foreign } from '../../../components/foreign.tsx';

/** The parts of a repository that are not followed. */
export function LeftOut({ text }: { text: string }) {
  return (
    <Alert type="info" header="Not everything is followed">
      <Foreign text={text} />
    </Alert>
  );
}
