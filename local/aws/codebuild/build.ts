import * as z from 'zod';
import { ACCOUNT, REGION } from '../../template/resource-types.ts';

/** An environment variable of a build. */
export const Variable = z.object({
  name: z.string(),
  value: z.string(),
  type: z.literal('PLAINTEXT').default('PLAINTEXT'),
});
/** An environment variable of a build. */
export type Variable = z.infer<typeof Variable>;

/** CodeBuild's build statuses. */
export const BuildStatus = z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT']);
/** CodeBuild's build status. */
export type BuildStatus = z.infer<typeof BuildStatus>;

/** A build as stored on disk. Times in milliseconds since the epoch. */
export const Build = z.object({
  /** `<project>:<uuid>` */
  id: z.string(),
  arn: z.string(),
  number: z.number(),
  project: z.string(),
  status: BuildStatus,
  /** True while the project's other builds use up its concurrency. */
  queued: z.boolean(),
  startTime: z.number(),
  endTime: z.number().optional(),
  variables: z.array(Variable),
  timeoutInMinutes: z.number(),
  location: z.string(),
  image: z.string(),
  computeType: z.string(),
  environmentType: z.string(),
  privileged: z.boolean().default(false),
});
/** A build as stored on disk. */
export type Build = z.infer<typeof Build>;

const INITIATOR = 'local';

function phaseOf({ status, queued }: Build): string {
  if (status !== 'IN_PROGRESS') return 'COMPLETED';
  return queued ? 'QUEUED' : 'BUILD';
}

function phasesOf({ status, startTime, endTime }: Build) {
  const finished = endTime === undefined ? [] : [{ type: 'BUILD', status, start: startTime, end: endTime }];
  return [{ type: 'SUBMITTED', status: 'SUCCEEDED', start: startTime, end: startTime }, ...finished];
}

/** Converts a build to the shape of the CodeBuild API. */
export function describeBuild(build: Build): object {
  return {
    id: build.id,
    arn: build.arn,
    buildNumber: build.number,
    startTime: build.startTime / 1000,
    ...(build.endTime === undefined ? {} : { endTime: build.endTime / 1000 }),
    currentPhase: phaseOf(build),
    buildStatus: build.status,
    buildComplete: build.status !== 'IN_PROGRESS',
    projectName: build.project,
    initiator: INITIATOR,
    timeoutInMinutes: build.timeoutInMinutes,
    source: { type: 'S3', location: build.location },
    environment: {
      type: build.environmentType,
      image: build.image,
      computeType: build.computeType,
      environmentVariables: build.variables,
      privilegedMode: build.privileged,
    },
    phases: phasesOf(build).map(({ type, status, start, end }) => ({
      phaseType: type,
      phaseStatus: status,
      startTime: start / 1000,
      endTime: end / 1000,
      durationInSeconds: Math.round((end - start) / 1000),
    })),
  };
}

/** Creates EventBridge's event for a build's state: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
export function buildEvent(build: Build, id: string, now: number) {
  return {
    version: '0',
    id,
    'detail-type': 'CodeBuild Build State Change',
    source: 'aws.codebuild',
    account: ACCOUNT,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [build.arn],
    detail: {
      'build-status': build.status,
      'project-name': build.project,
      'build-id': build.arn,
      'additional-information': {
        environment: {
          image: build.image,
          'privileged-mode': build.privileged,
          'compute-type': build.computeType,
          type: build.environmentType,
          'environment-variables': build.variables,
        },
        'timeout-in-minutes': build.timeoutInMinutes,
        'build-complete': build.status !== 'IN_PROGRESS',
        'build-number': build.number,
        initiator: INITIATOR,
        'build-start-time': eventTime(build.startTime),
        source: { location: build.location, type: 'S3' },
        phases: phasesOf(build).map(({ type, status, start, end }) => ({
          'phase-context': [],
          'start-time': eventTime(start),
          'end-time': eventTime(end),
          'duration-in-seconds': Math.round((end - start) / 1000),
          'phase-type': type,
          'phase-status': status,
        })),
      },
      'current-phase': phaseOf(build),
      'current-phase-context': '[]',
      version: '1',
    },
  };
}

/** Formats a time as in `Sep 1, 2017 4:12:29 PM`. */
function eventTime(time: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .format(time)
    .replace(/,(?= \d+:)/, '')
    .replaceAll('\u202f', ' ');
}
