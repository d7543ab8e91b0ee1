import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { TableProps } from '@cloudscape-design/components/table';
import type { DeadLetter } from '../../../shared/api/dead-letter.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Ago } from '../../components/time.tsx';

type Column = TableProps.ColumnDefinition<DeadLetter>;

/** The columns of the table of dead letters. */
export const letterColumns: readonly Column[] = [
  { id: 'because', header: 'Given up because', isRowHeader: true, minWidth: 280, cell: Because },
  { id: 'type', header: 'Message', minWidth: 170, cell: ({ type }) => <Foreign text={type} /> },
  { id: 'project', header: 'Project', cell: Project },
  { id: 'attempts', header: 'Attempts', cell: ({ failure }) => failure?.attempts ?? '–' },
  {
    id: 'failed',
    header: 'Failed',
    minWidth: 130,
    cell: ({ failure, sent_at }) => <Ago at={failure?.failed_at ?? sent_at} />,
  },
];

/** The column that has all of a dead letter, on a narrow screen. */
export const letterSummary: Column = {
  id: 'letter',
  header: 'Dead letter',
  isRowHeader: true,
  cell: (letter) => (
    <div className="summary">
      <Because {...letter} />
      <div className="facts">
        <Foreign text={letter.type} />
        <Project {...letter} />
        <Ago at={letter.failure?.failed_at ?? letter.sent_at} />
      </div>
    </div>
  ),
};

/** The function whose log has details, by queue. */
const logs: Readonly<Record<DeadLetter['queue'], string>> = {
  events: 'Processor',
  activities: 'Activities',
  prune: 'Prune',
};

/** Why a message became a dead letter, or where to find out. */
function reasonOf({ id, queue, failure }: DeadLetter): string {
  if (failure) return failure.because;
  return `Unknown: the function timed out or could not record the error. Search for ${id} in the log of ${logs[queue]}.`;
}

function Because(letter: DeadLetter) {
  return (
    <>
      <Foreign text={reasonOf(letter)} />
      <ExpandableSection headerText="The message" variant="footer">
        <code className="code">
          <Foreign text={letter.body} />
        </code>
      </ExpandableSection>
    </>
  );
}

function Project({ project }: DeadLetter) {
  if (project === null) return '–';
  return (
    <PageLink to={{ page: 'tree', project }}>
      <Foreign text={project} />
    </PageLink>
  );
}
