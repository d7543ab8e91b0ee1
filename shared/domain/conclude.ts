import { type Ending, enqueue, finish } from './activity.ts';
import { type Change, type Decision, ignore, type Moment } from './decision.ts';
import type { Deployment, Environment } from './environment.ts';

/** What an activity of an environment came to. */
export interface Outcome {
  activity: string;
  ending: Ending;
  /** The commit that the mirror now has. */
  commit?: string | undefined;
  deployment?: Deployment | undefined;
  /** Set when reading again showed that the environment's source is gone for good, so that it must go too. */
  gone?: boolean | undefined;
}

/** Ends an activity: what it brought about becomes the environment's state, and the next one starts. */
export function conclude(outcome: Outcome, environment: Environment | null, moment: Moment): Decision {
  const ended = environment && finish(environment.activities, outcome.activity, outcome.ending, moment.now);
  if (!environment || !ended) return ignore(`activity ${outcome.activity} has ended already`);

  const wasDeletion = ended.finished.some((activity) => activity.type === 'environment.delete');
  const { because } = outcome.ending;
  if (wasDeletion && outcome.ending.result === 'success') {
    return ended.open.length === 0
      ? { verdict: 'change', because, environment: null, finished: ended.finished }
      : {
          verdict: 'change',
          because,
          environment: bornAgain(environment, ended.open, moment),
          finished: ended.finished,
        };
  }
  const next: Environment = {
    ...environment,
    activities: ended.open,
    head_commit: outcome.commit ?? environment.head_commit,
    deployment: outcome.deployment ?? environment.deployment,
    updated_at: moment.now,
  };
  const change: Change = { verdict: 'change', because, environment: next, finished: ended.finished };
  return outcome.gone ? withDeletion(change, next, because, moment) : change;
}

function withDeletion(change: Change, environment: Environment, because: string, moment: Moment): Change {
  const queue = enqueue(
    environment.activities,
    { id: moment.activityId, type: 'environment.delete', text: `Delete ${environment.id}`, because },
    moment.now,
  );
  return {
    ...change,
    environment: { ...environment, activities: queue.open },
    finished: [...change.finished, ...queue.finished],
  };
}

/** A push came while the environment was being deleted: it starts over, with nothing of what it was. */
function bornAgain(environment: Environment, open: Environment['activities'], moment: Moment): Environment {
  return {
    ...environment,
    head_commit: null,
    deployment: null,
    activities: open,
    created_at: moment.now,
    updated_at: moment.now,
  };
}
