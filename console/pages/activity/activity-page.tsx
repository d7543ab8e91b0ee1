import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Activity } from '../../../shared/api/activity.ts';
import { activityQuery } from '../../api/activity.ts';
import { useApi } from '../../api/api-context.tsx';
import { projectQuery } from '../../api/projects.ts';
import { ActivityState } from '../../components/activity-state.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { isMissing, useFailure } from '../../components/use-failure.ts';
import { WriteButton } from '../../components/write-button.tsx';
import { crumbsOfEnvironment, crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';
import { ActivityFacts } from './activity-facts.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { LogPanel } from './log-panel.tsx';
import { NoActivity } from './no-activity.tsx';
import { Outcome } from './outcome.tsx';

/** An activity with its log. */
export function ActivityPage({
  project: id,
  environment,
  activity: activityId,
}: {
  project: string;
  environment: string | null;
  activity: string;
}) {
  const api = useApi();
  const project = useQuery(projectQuery(api, id));
  const environments = environment === null ? [] : [environment];
  const query = useQuery(activityQuery(api, { id: activityId, project: id, environments }));
  const { data: activity } = query;
  const isGone = isMissing(useFailure(query));
  const title = project.data?.title;
  const way = environment === null ? crumbsOfProject(id, title) : crumbsOfEnvironment(id, title, environment);
  const text = activity?.text ?? 'Activity';
  return (
    <Page
      title={text}
      heading={<Foreign text={text} />}
      description={activity && <ActivityState activity={activity} />}
      crumbs={[...way, { text, to: { page: 'activity', project: id, environment, activity: activityId } }]}
      actions={activity?._links['#cancel'] && <Cancel activity={activity} />}
    >
      {isGone ? (
        <NoActivity project={id} environment={environment} />
      ) : (
        <Loaded query={query}>{(loaded) => <Content activity={loaded} />}</Loaded>
      )}
    </Page>
  );
}

function Content({ activity }: { activity: Activity }) {
  return (
    <SpaceBetween size="l">
      <Outcome activity={activity} />
      <ActivityFacts activity={activity} />
      <LogPanel activity={activity} />
    </SpaceBetween>
  );
}

function Cancel({ activity }: { activity: Activity }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <WriteButton onClick={() => setAsking(true)}>Cancel activity</WriteButton>
      {isAsking && <CancelDialog activity={activity} close={() => setAsking(false)} />}
    </>
  );
}
