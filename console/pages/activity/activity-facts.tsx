import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import type { Activity } from '../../../shared/api/activity.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { RunTime, WaitTime } from '../../components/run-time.tsx';
import { DateAndTime } from '../../components/time.tsx';
import { hasOutcome } from './outcome.tsx';

/** The facts of an activity: its reason, its place, its commit, and how long it waited and ran. */
export function ActivityFacts({ activity }: { activity: Activity }) {
  return (
    <Container>
      <KeyValuePairs columns={4} items={itemsOf(activity)} />
    </Container>
  );
}

function itemsOf(activity: Activity): KeyValuePairsProps.Item[] {
  const { payload, created_at, completed_at, type } = activity;
  return [
    ...(hasOutcome(activity) ? [] : [{ label: 'Because', value: <Foreign text={payload.because} /> }]),
    { label: 'Of', value: <Owner activity={activity} /> },
    { label: 'Commit', value: <Commit id={payload.commit} /> },
    { label: 'Type', value: <code className="code">{type}</code> },
    { label: 'Created', value: <DateAndTime at={created_at} /> },
    { label: 'Waited', value: <WaitTime activity={activity} /> },
    { label: 'Ran', value: <RunTime activity={activity} /> },
    ...(completed_at === null ? [] : [{ label: 'Ended', value: <DateAndTime at={completed_at} /> }]),
  ];
}

function Owner({ activity: { project, environments, integration } }: { activity: Activity }) {
  const [environment] = environments;
  if (environment !== undefined)
    return (
      <PageLink to={{ page: 'environment', project, environment }}>
        <Foreign text={environment} />
      </PageLink>
    );
  if (integration !== undefined)
    return (
      <PageLink to={{ page: 'settings', project, section: ['integrations', integration] }}>
        The integration
      </PageLink>
    );
  return 'The project';
}

function Commit({ id }: { id: string | null }) {
  if (id === null) return '–';
  return (
    <CopyToClipboard
      variant="inline"
      textToDisplay={id.slice(0, 12)}
      textToCopy={id}
      copyButtonAriaLabel="Copy the commit"
      copySuccessText="Copied"
      copyErrorText="The browser did not copy it"
    />
  );
}
