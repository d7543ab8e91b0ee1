import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import type { DeadLetter, HandledDeadLetters } from '../../../shared/api/dead-letter.ts';
import { dropDeadLetters, replayDeadLetters } from '../../api/operations.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Foreign } from '../../components/foreign.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useWrite } from '../../components/use-write.ts';
import { useNotices } from '../../shell/notices.tsx';

/** An operation on dead letters. */
export type Handling = 'replay' | 'drop';

const texts = {
  replay: { verb: 'Replay', done: 'replayed', write: replayDeadLetters },
  drop: { verb: 'Drop', done: 'dropped', write: dropDeadLetters },
} as const;

/** Replays or drops dead letters, exactly those that the dialog names. */
export function HandlingDialog({
  handling,
  letters,
  close,
}: {
  handling: Handling;
  letters: readonly DeadLetter[];
  close: () => void;
}) {
  const { verb, done, write } = texts[handling];
  // The next scheduled prune does the work of a failed one, so the API replays none.
  const skipped = handling === 'replay' ? letters.filter(({ queue }) => queue === 'prune') : [];
  const handled = letters.filter((letter) => !skipped.includes(letter));
  const notices = useNotices();
  const { run, isBusy, failure } = useWrite(
    (api, ids: readonly string[]) => write(api, ids),
    (result) => {
      close();
      notices.add(noticeOf(result, done));
    },
    [queryKeys.deadLetters],
  );
  return (
    <FormDialog
      title={`${verb} ${lettersText(handled.length).toLowerCase()}`}
      submitText={verb}
      canSubmit={handled.length > 0}
      isDestructive={handling === 'drop'}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => run(handled.map(({ id }) => id))}
      onClose={close}
    >
      {handling === 'drop' ? (
        <Alert type="warning" header="This cannot be undone">
          The work of a dropped message is not done. The next prune finds what the repository still asks for.
        </Alert>
      ) : (
        <Box variant="p">
          The messages are processed again, as if they had just arrived. Remove the cause first.
        </Box>
      )}
      <ul className="plain">
        {handled.map(({ id, type, project }) => (
          <li key={id}>
            <Foreign text={type} />
            {project !== null && (
              <>
                {' '}
                of <Foreign text={project} />
              </>
            )}
          </li>
        ))}
      </ul>
      {skipped.length > 0 && (
        <Box variant="p">
          {lettersText(skipped.length)} of the schedule {skipped.length === 1 ? 'is' : 'are'} left out: the
          next prune does the same work. Drop them.
        </Box>
      )}
    </FormDialog>
  );
}

function noticeOf({ done, missing }: HandledDeadLetters, participle: string) {
  const header = `${lettersText(done.length)} ${participle}`;
  if (missing.length === 0) return { type: 'success' as const, header };
  return {
    type: 'warning' as const,
    header,
    content: `${lettersText(missing.length)} not found, or locked by another client. Read the list again after 30 seconds.`,
  };
}

function lettersText(count: number): string {
  return count === 1 ? 'One dead letter' : `${count} dead letters`;
}
