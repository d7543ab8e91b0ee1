import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Environment } from '../../../shared/api/environment.ts';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { PullRequestLink } from '../../components/pull-request-link.tsx';
import { Ago, DateAndTime } from '../../components/time.tsx';

/** The facts of an environment. */
export function Facts({ environment }: { environment: Environment }) {
  return (
    <Container>
      <KeyValuePairs columns={4} items={itemsOf(environment)} />
    </Container>
  );
}

function itemsOf(environment: Environment): KeyValuePairsProps.Item[] {
  const { project, title, type, parent, head_commit, created_at, updated_at, goes_at } = environment;
  return [
    { label: 'Title', value: <Foreign text={title} /> },
    { label: 'Type', value: type },
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
    { label: 'Build status in Bitbucket', value: <BuildStatus status={environment.build_status} /> },
    { label: 'Created', value: <DateAndTime at={created_at} /> },
    { label: 'Updated', value: <Ago at={updated_at} /> },
    ...(goes_at === null ? [] : [{ label: 'Goes', value: <Ago at={goes_at} /> }]),
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

const statusTypes = { successful: 'success', failed: 'error', stopped: 'stopped' } as const;

function BuildStatus({ status }: { status: Environment['build_status'] }) {
  if (!status) return '–';
  const { state, description, delivered, undelivered_because } = status;
  return (
    <>
      <StatusIndicator type={statusTypes[state]}>{state}</StatusIndicator>
      {description !== null && (
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
