import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Environment } from '../../../shared/api/environment.ts';
import { typeText } from '../../components/environment-type.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { PullRequestLink } from '../../components/pull-request-link.tsx';
import { Ago, DateAndTime } from '../../components/time.tsx';

/** The facts of an environment. */
export function Facts({ environment }: { environment: Environment }) {
  const items = itemsOf(environment);
  return (
    <Container>
      <KeyValuePairs columns={columnsFor(items.length)} items={items} />
    </Container>
  );
}

/** The columns that leave no fact alone in the last row. */
function columnsFor(facts: number): 3 | 4 {
  return facts % 4 === 1 ? 3 : 4;
}

function itemsOf(environment: Environment): KeyValuePairsProps.Item[] {
  const { project, title, type, parent, head_commit, created_at, updated_at, goes_at } = environment;
  return [
    { label: 'Title', value: <Foreign text={title} /> },
    { label: 'Type', value: typeText[type] },
    {
      label: 'Parent',
      value:
        parent === null ? (
          '–'
        ) : (
          <PageLink to={{ page: 'environment', project, environment: parent }}>
            <Foreign text={parent} />
          </PageLink>
        ),
    },
    { label: 'Commit', value: head_commit === null ? '–' : <Commit id={head_commit} /> },
    ...pullRequestItems(environment),
    { label: 'Build status in Bitbucket', value: <BuildStatus environment={environment} /> },
    { label: 'Created', value: <DateAndTime at={created_at} /> },
    { label: 'Updated', value: <Ago at={updated_at} /> },
    ...(goes_at === null ? [] : [{ label: 'Goes', value: <Ago at={goes_at} /> }]),
    ...(environment.http_access.is_enabled
      ? [{ label: 'HTTP access', value: <Access environment={environment} /> }]
      : []),
    ...(environment.protected ? [{ label: 'Protected', value: 'Only a user can delete it' }] : []),
  ];
}

function pullRequestItems({ pull_request: pullRequest }: Environment): KeyValuePairsProps.Item[] {
  if (!pullRequest) return [];
  const { source_branch, target_branch, fork } = pullRequest;
  return [
    { label: 'Pull request', value: <PullRequestLink pullRequest={pullRequest} /> },
    {
      label: 'Branches',
      value: (
        <>
          <Foreign text={source_branch} /> → <Foreign text={target_branch} />
        </>
      ),
    },
    ...(fork === null ? [] : [{ label: 'Fork', value: <Foreign text={fork} /> }]),
  ];
}

/** The rules for visitors of the site. A setting without addresses and users restricts nobody. */
function Access({ environment }: { environment: Environment }) {
  const { http_access: access, http_access_from: from } = environment;
  const users = Object.keys(access.basic_auth).length;
  const limits = [
    ...(access.addresses.length > 0 ? [`rules for addresses: ${access.addresses.length}`] : []),
    ...(users > 0 ? [`users: ${users}`] : []),
  ];
  return (
    <>
      {limits.length > 0 ? `Restricted (${limits.join(', ')})` : 'Everyone'}
      {from !== null && from !== environment.id && (
        <>
          {', as '}
          <Foreign text={from} />
        </>
      )}
    </>
  );
}

function Commit({ id }: { id: string }) {
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

/** True for the same reason, of which one or both are cut. */
function isSame(a: string, b: string): boolean {
  return b !== '' && (a.startsWith(b) || b.startsWith(a));
}

const states = {
  successful: { type: 'success', text: 'Succeeded' },
  failed: { type: 'error', text: 'Failed' },
  stopped: { type: 'stopped', text: 'Stopped' },
} as const;

function BuildStatus({ environment: { build_status: status, last_activity } }: { environment: Environment }) {
  if (!status) return '–';
  const { state, description, delivered, undelivered_because } = status;
  const { type, text } = states[state];
  // The line below the heading has the reason of the last activity.
  const isKnown = description === null || isSame(description, last_activity?.because ?? '');
  return (
    <>
      <StatusIndicator type={type}>{text}</StatusIndicator>
      {!isKnown && (
        <div>
          <Foreign text={description} />
        </div>
      )}
      {!delivered && (
        <StatusIndicator type="warning">
          Not delivered{undelivered_because === null ? '' : ': '}
          <Foreign text={undelivered_because ?? ''} />
        </StatusIndicator>
      )}
    </>
  );
}
