import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Activity } from '../../../shared/api/activity.ts';
import { hasEnded } from '../../api/activity.ts';
import { useApi } from '../../api/api-context.tsx';
import { logQuery } from '../../api/log.ts';
import { type Log, textOf } from '../../api/log-blocks.ts';
import { Loaded } from '../../components/loaded.tsx';
import { useIsNarrow } from '../../components/use-is-narrow.ts';
import { LogSearch } from './log-search.tsx';
import { LogView } from './log-view.tsx';
import { NoLog } from './no-log.tsx';
import { searchLog } from './search-log.ts';

/** The log of an activity, which grows while the activity runs. */
export function LogPanel({ activity }: { activity: Activity }) {
  const query = useQuery(logQuery(useApi(), activity));
  const isEmpty = query.data?.lines === 0;
  return (
    <Loaded query={query}>
      {(log) => (isEmpty ? <NoLog activity={activity} log={log} /> : <Lines activity={activity} log={log} />)}
    </Loaded>
  );
}

const counted = new Intl.NumberFormat('en');

function Lines({ activity, log }: { activity: Activity; log: Log }) {
  const [isWrapped, setWrapped] = useState(useIsNarrow());
  // A log explains a failure at its end.
  const [isFollowing, setFollowing] = useState(!hasEnded(activity) || activity.result === 'failure');
  const [wanted, setWanted] = useState('');
  const [current, setCurrent] = useState(0);
  const matches = useMemo(() => searchLog(log.blocks, wanted), [log.blocks, wanted]);
  const move = (by: 1 | -1) => {
    if (matches.length > 0) setCurrent((current + by + matches.length) % matches.length);
  };
  const lines = `${counted.format(log.lines)} ${log.lines === 1 ? 'line' : 'lines'}`;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${lines})`}
          actions={<Actions id={activity.id} log={log} />}
          description={log.isComplete ? 'Complete' : 'New lines appear by themselves'}
        >
          Log
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div className="log-bar">
          <LogSearch
            value={wanted}
            count={matches.length}
            current={current}
            onMove={move}
            onChange={(value) => {
              setWanted(value);
              setCurrent(0);
            }}
          />
          <SpaceBetween direction="horizontal" size="l">
            <Toggle checked={isWrapped} onChange={({ detail }) => setWrapped(detail.checked)}>
              Wrap lines
            </Toggle>
            {!log.isComplete && (
              <Toggle checked={isFollowing} onChange={({ detail }) => setFollowing(detail.checked)}>
                Follow
              </Toggle>
            )}
          </SpaceBetween>
        </div>
        <LogView
          log={log}
          isWrapped={isWrapped}
          isFollowing={isFollowing}
          onFollow={setFollowing}
          matches={matches}
          current={current}
        />
        {activity.state === 'pending' && (
          <Box color="text-body-secondary">The log goes on when the activity does.</Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Actions({ id, log }: { id: string; log: Log }) {
  const text = useMemo(() => textOf(log), [log]);
  const isNarrow = useIsNarrow();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <CopyToClipboard
        variant={isNarrow ? 'icon' : 'button'}
        copyButtonText="Copy"
        copyButtonAriaLabel="Copy the log"
        textToCopy={text}
        copySuccessText="Copied"
        copyErrorText="The browser did not copy it"
      />
      <Button
        variant={isNarrow ? 'icon' : 'normal'}
        iconName="download"
        ariaLabel="Download the log"
        onClick={() => download(`${id}.log`, text)}
      >
        Download
      </Button>
    </SpaceBetween>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
