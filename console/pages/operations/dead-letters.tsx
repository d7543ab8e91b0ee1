import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeadLetter } from '../../../shared/api/dead-letter.ts';
import { useApi } from '../../api/api-context.tsx';
import { deadLettersQuery } from '../../api/operations.ts';
import { foreignText } from '../../components/foreign.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { TimeOfDay } from '../../components/time.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';
import { WriteButton } from '../../components/write-button.tsx';
import { type Handling, HandlingDialog } from './handling-dialog.tsx';
import { letterColumns, letterSummary } from './letter-columns.tsx';

/** The messages that were given up after too many failures. */
export function DeadLetters() {
  const query = useQuery(deadLettersQuery(useApi()));
  return (
    <Loaded query={query}>
      {({ items, has_more }) => (
        <LetterTable
          letters={items}
          hasMore={has_more}
          readAt={query.dataUpdatedAt}
          isBusy={query.isFetching}
          again={() => void query.refetch()}
        />
      )}
    </Loaded>
  );
}

function LetterTable(props: {
  letters: readonly DeadLetter[];
  hasMore: boolean;
  readAt: number;
  isBusy: boolean;
  again: () => void;
}) {
  const { letters, hasMore, readAt, isBusy, again } = props;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<Handling | null>(null);
  const isNarrow = useIsNarrow();
  const selected = letters.filter(({ id }) => chosen.includes(id));
  return (
    <>
      <Table
        header={
          <Header
            counter={hasMore ? `(${letters.length}+)` : `(${letters.length})`}
            description={
              <>
                Messages whose processing failed too often. Read at <TimeOfDay at={readAt} />.
              </>
            }
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Read the dead letters again"
                  loading={isBusy}
                  onClick={again}
                />
                <WriteButton disabled={selected.length === 0} onClick={() => setAsked('replay')}>
                  Replay
                </WriteButton>
                <WriteButton disabled={selected.length === 0} onClick={() => setAsked('drop')}>
                  Drop
                </WriteButton>
              </SpaceBetween>
            }
          >
            Dead letters
          </Header>
        }
        items={letters}
        trackBy="id"
        wrapLines
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems.map(({ id }) => id))}
        ariaLabels={{
          tableLabel: 'Dead letters',
          selectionGroupLabel: 'Selection of dead letters',
          allItemsSelectionLabel: () => 'Select all',
          itemSelectionLabel: (_, { type, id }) => `Select ${foreignText(type)} ${foreignText(id)}`,
        }}
        empty={
          <Box textAlign="center" color="inherit">
            Nothing was given up
          </Box>
        }
        columnDefinitions={isNarrow ? [letterSummary] : letterColumns}
      />
      {asked !== null && <HandlingDialog handling={asked} letters={selected} close={() => setAsked(null)} />}
    </>
  );
}
