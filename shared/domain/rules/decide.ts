import type { EnvironmentEvent } from '../deliveries/source-event.ts';
import { decideOnBranchDeletion, decideOnPush } from './branch-rules.ts';
import { type Decision, type DecisionState, ignore, type Moment } from './decision.ts';
import { decideOnPullRequest, decideOnPullRequestEnd } from './pull-request-rules.ts';

/**
 * Applies the lifecycle rules to an event. Pure and independent of the order of events: deciding the same event twice
 * changes nothing the second time.
 */
export function decide(event: EnvironmentEvent, state: DecisionState, moment: Moment): Decision {
  const { environment, integration } = state;
  if (environment && environment.integration !== integration.id)
    return ignore(`${environment.id} was left behind by another integration`);
  switch (event.type) {
    case 'branch.pushed':
      return decideOnPush(event, state, moment);
    case 'branch.deleted':
      return decideOnBranchDeletion(event, state, moment);
    case 'pull_request.opened':
    case 'pull_request.updated':
      return decideOnPullRequest(event, state, moment);
    default:
      return decideOnPullRequestEnd(event, state, moment);
  }
}
