import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { Environment } from '../../../shared/api/environment.ts';
import { environmentActivitiesQuery } from '../../api/activities.ts';
import { useApi } from '../../api/api-context.tsx';
import { environmentQuery } from '../../api/environments.ts';
import { projectQuery } from '../../api/projects.ts';
import { ActivitiesTable } from '../../components/activities-table.tsx';
import { CodeMenu } from '../../components/code-menu.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { isWebUrl } from '../../components/links.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { isMissing, useFailure } from '../../components/use-failure.ts';
import { crumbsOfEnvironment } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';
import { Facts } from './facts.tsx';
import { Gone } from './gone.tsx';
import { Operations } from './operations.tsx';
import { RoutesTable } from './routes-table.tsx';
import { StatusLine } from './status-line.tsx';

/** An environment with its operations, routes and activities. */
export function EnvironmentPage({ project, environment: id }: { project: string; environment: string }) {
  const api = useApi();
  const owner = useQuery(projectQuery(api, project));
  const query = useQuery(environmentQuery(api, project, id));
  const isGone = isMissing(useFailure(query));
  const environment = isGone ? undefined : query.data;
  return (
    <Page
      title={id}
      heading={<Foreign text={id} />}
      description={environment && <StatusLine environment={environment} />}
      crumbs={crumbsOfEnvironment(project, owner.data?.title, id)}
      actions={
        environment && <Actions environment={environment} repository={owner.data?.repository.url ?? ''} />
      }
    >
      {isGone ? (
        <Gone project={project} environment={id} />
      ) : (
        <Loaded query={query}>{(loaded) => <Content environment={loaded} />}</Loaded>
      )}
    </Page>
  );
}

function Actions({ environment, repository }: { environment: Environment; repository: string }) {
  const { id, primary_url: url, pull_request } = environment;
  const site = url !== null && isWebUrl(url) ? url : null;
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {site !== null && (
        <Button
          variant="primary"
          iconName="external"
          iconAlign="right"
          href={site}
          target="_blank"
          rel="noopener noreferrer"
        >
          Open
        </Button>
      )}
      {site !== null && (
        <CopyToClipboard
          copyButtonText="Copy"
          textToCopy={site}
          copyButtonAriaLabel="Copy the URL"
          copySuccessText="Copied"
          copyErrorText="The browser did not copy it"
        />
      )}
      <CodeMenu repository={repository} branch={pull_request ? sourceBranchOf(pull_request) : id} />
    </SpaceBetween>
  );
}

/** The branch to check out; null for one that is in another repository. */
function sourceBranchOf({ fork, source_branch }: NonNullable<Environment['pull_request']>): string | null {
  return fork === null ? source_branch : null;
}

function Content({ environment }: { environment: Environment }) {
  const { project, id, has_deployment } = environment;
  const activities = useQuery(environmentActivitiesQuery(useApi(), project, id));
  return (
    <SpaceBetween size="l">
      <Operations environment={environment} />
      <Facts environment={environment} />
      {has_deployment && <RoutesTable environment={environment} />}
      <Loaded query={activities}>{(list) => <ActivitiesTable activities={list} />}</Loaded>
    </SpaceBetween>
  );
}
