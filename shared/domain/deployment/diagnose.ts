/** The state of a check. `unknown`: the check could not read its facts, which is not a fault of the deployment. */
export type CheckState = 'ok' | 'warning' | 'problem' | 'unknown';

/** The result of one check of a deployment. */
export interface Check {
  /** Permanent: scripts of users refer to ids. */
  id: CheckId;
  /** The checked project and integration; null for checks that run once. */
  subject: string | null;
  state: CheckState;
  because: string;
  /** The remedy; null when none is needed. */
  remedy: string | null;
}

/** The permanent ids of checks. */
export type CheckId =
  | 'build-quota'
  | 'function-quota'
  | 'schedule'
  | 'alarms'
  | 'dead-letters'
  | 'integration'
  | 'integrations';

/** A fact, or the reason for which it could not be read. */
export type Fact<T> = { value: T } | { unknown: string };

/** An integration and the result of its validation. */
export interface CheckedIntegration {
  project: string;
  id: string;
  /** The problems that the validation found, by field; empty for a valid integration. */
  problems: Fact<Readonly<Record<string, string>>>;
}

/** The facts that a diagnosis is made from. */
export interface Facts {
  /** The account's quota of concurrent builds on the deployment's compute type. */
  builds: Fact<number>;
  /** The code of that quota in Service Quotas. */
  buildQuotaCode: string;
  /** The account's quota of concurrent function executions. */
  executions: Fact<number>;
  /** The most concurrent executions that the deployment uses. */
  neededExecutions: number;
  /** Whether the scheduled prune is enabled. */
  schedule: Fact<boolean>;
  /** The state of the subscription to alarms; null when the deployment has no address for them. */
  alarms: Fact<'confirmed' | 'pending' | 'none'> | null;
  /** The number of dead letters by queue. */
  deadLetters: Fact<Readonly<Record<string, number>>>;
  integrations: readonly CheckedIntegration[];
  /** True when there are more integrations than were checked. */
  hasMore: boolean;
}

/** With fewer concurrent builds, deployments mostly wait for each other. */
const ENOUGH_BUILDS = 5;

/** The checks of a deployment with their remedies, always in this order. */
export function diagnose(facts: Facts): Check[] {
  return [
    checkBuilds(facts),
    checkExecutions(facts),
    checkSchedule(facts.schedule),
    checkAlarms(facts.alarms),
    checkDeadLetters(facts.deadLetters),
    ...facts.integrations.map(checkIntegration),
    ...(facts.hasMore
      ? [
          check('integrations', 'unknown', 'There are more integrations than one diagnosis looks at.', {
            remedy: 'Run bough integration:validate for the others.',
          }),
        ]
      : []),
  ];
}

function check(
  id: CheckId,
  state: CheckState,
  because: string,
  { remedy = null, subject = null }: Partial<Pick<Check, 'remedy' | 'subject'>> = {},
): Check {
  return { id, subject, state, because, remedy };
}

function unknown(id: CheckId, what: string, reason: string, subject: string | null = null): Check {
  return check(id, 'unknown', `${what} could not be read: ${reason}`, { subject });
}

function checkBuilds({ builds, buildQuotaCode: code }: Facts): Check {
  const quota = `the quota ${code} of CodeBuild`;
  if ('unknown' in builds) return unknown('build-quota', capitalised(quota), builds.unknown);
  const because = `${capitalised(quota)} allows ${counted(builds.value, 'build')} at the same time.`;
  const remedy = `Ask for 10: aws service-quotas request-service-quota-increase --service-code codebuild --quota-code ${code} --desired-value 10`;
  if (builds.value < 1)
    return check('build-quota', 'problem', `${because} Nothing is deployed, and activities wait.`, {
      remedy,
    });
  if (builds.value < ENOUGH_BUILDS)
    return check('build-quota', 'warning', `${because} More deployments than that wait for each other.`, {
      remedy,
    });
  return check('build-quota', 'ok', because);
}

function checkExecutions({ executions, neededExecutions: needed }: Facts): Check {
  if ('unknown' in executions)
    return unknown('function-quota', "Lambda's quota of concurrent executions", executions.unknown);
  const because = `Lambda allows ${executions.value} concurrent executions in this region, and this deployment uses up to ${needed}.`;
  const remedy =
    'Ask for 1,000: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000; or deploy with a lower activityConcurrency.';
  return executions.value < needed
    ? check('function-quota', 'warning', `${because} Deliveries are refused when all are in use.`, { remedy })
    : check('function-quota', 'ok', because);
}

function checkSchedule(schedule: Facts['schedule']): Check {
  if ('unknown' in schedule) return unknown('schedule', 'The schedule of the prune', schedule.unknown);
  return schedule.value
    ? check('schedule', 'ok', 'The scheduled prune is enabled.')
    : check(
        'schedule',
        'problem',
        'The schedule of the prune is disabled. Missed deliveries are not found.',
        {
          remedy: 'Enable the schedule in EventBridge Scheduler.',
        },
      );
}

function checkAlarms(alarms: Facts['alarms']): Check {
  if (alarms === null)
    return check('alarms', 'ok', 'Alarms are on the dashboard only: the setting alarmEmail is not set.');
  if ('unknown' in alarms) return unknown('alarms', "The alarms' subscription", alarms.unknown);
  if (alarms.value === 'confirmed') return check('alarms', 'ok', 'The address for alarms is confirmed.');
  const because =
    alarms.value === 'pending'
      ? 'The address for alarms is not confirmed: alarms are sent to nobody.'
      : 'The address for alarms has ended its subscription: alarms are sent to nobody.';
  return check('alarms', 'problem', because, {
    remedy:
      alarms.value === 'pending'
        ? 'Open the link in the mail "AWS Notification - Subscription Confirmation". It is valid for three days.'
        : 'Subscribe the address to the topic again in the console of SNS.',
  });
}

function checkDeadLetters(deadLetters: Facts['deadLetters']): Check {
  if ('unknown' in deadLetters)
    return unknown('dead-letters', 'The number of dead letters', deadLetters.unknown);
  const some = Object.entries(deadLetters.value).filter(([, count]) => count > 0);
  if (some.length === 0) return check('dead-letters', 'ok', 'There are no dead letters.');
  const counts = some.map(([queue, count]) => `${count} of ${queue}`).join(', ');
  return check('dead-letters', 'problem', `Messages could not be processed: ${counts}.`, {
    remedy: 'See why with bough deadletter:list, then run bough deadletter:replay or bough deadletter:drop.',
  });
}

function checkIntegration({ project, id, problems }: CheckedIntegration): Check {
  const subject = `${project}/${id}`;
  if ('unknown' in problems) return unknown('integration', 'The integration', problems.unknown, subject);
  const found = Object.entries(problems.value);
  if (found.length === 0) return check('integration', 'ok', 'The integration is valid.', { subject });
  return check('integration', 'problem', found.map(([field, problem]) => `${field}: ${problem}`).join('\n'), {
    subject,
    remedy: `Check again with bough integration:validate ${id} -p ${project}`,
  });
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
