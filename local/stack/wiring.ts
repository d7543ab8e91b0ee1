import type { RouteTarget } from '../aws/api-gateway/http-api.ts';
import type { Route } from '../aws/api-gateway/routes.ts';
import { readBuildspec } from '../aws/codebuild/buildspec.ts';
import type { BuildProject } from '../aws/codebuild/codebuild.ts';
import type { Deliver } from '../aws/eventbridge/event-bus.ts';
import { accessKeyOf } from '../aws/iam/authorizer.ts';
import type { Sqs } from '../aws/sqs/sqs.ts';
import { UnsupportedTemplateError } from '../errors.ts';
import type { EventSource } from '../runtime/event-source.ts';
import type { FunctionPool } from '../runtime/function-pool.ts';
import type { FunctionDefinition } from '../runtime/sandbox.ts';
import { findAsset } from '../template/assets.ts';
import { REGION } from '../template/resource-types.ts';
import type { Resources } from '../template/resources.ts';

/** Where the emulators answer. */
export interface Endpoints {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly s3: string;
  readonly kms: string;
  readonly sts: string;
  readonly codebuild: string;
  readonly service_quotas: string;
  readonly lambda: string;
  readonly scheduler: string;
}

/** What the AWS SDKs of a function or a build read; each has an access key of its own. */
export function sdkVariables(endpoints: Endpoints, name: string): Record<string, string> {
  const urls = Object.entries(endpoints).map(([name, url]) => [
    `AWS_ENDPOINT_URL_${name.toUpperCase()}`,
    url,
  ]);
  return {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyOf(name),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(urls),
  };
}

export function readFunctions(
  { functions }: Resources,
  assetsDirectory: string,
  endpoints: Endpoints,
): FunctionDefinition[] {
  return functions.map(({ ref, arn, properties }) => ({
    name: ref,
    arn,
    handler: properties.Handler,
    directory: findAsset(assetsDirectory, properties.Code.S3Key),
    timeoutSeconds: properties.Timeout,
    memoryMib: properties.MemorySize,
    environment: { ...properties.Environment.Variables, ...sdkVariables(endpoints, ref) },
  }));
}

/** Most processes of one function: one machine has fewer cores than AWS. */
export const MAX_PROCESSES = 5;

export function readProjects({ projects }: Resources, assetsDirectory: string): BuildProject[] {
  return projects.map(({ ref, properties: { Source, Environment, TimeoutInMinutes } }) => ({
    name: ref,
    script: readBuildspec(Source.BuildSpec),
    source: { location: Source.Location, directory: findAsset(assetsDirectory, Source.Location) },
    variables: Environment.EnvironmentVariables.map(({ Name, Value }) => ({
      name: Name,
      value: Value,
      type: 'PLAINTEXT',
    })),
    timeoutInMinutes: TimeoutInMinutes,
    concurrency: MAX_BUILDS,
    image: Environment.Image,
    computeType: Environment.ComputeType,
    environmentType: Environment.Type,
  }));
}

const MAX_BUILDS = 4;

/** Functions by their ARN. */
export type Pools = ReadonlyMap<string, FunctionPool>;

export function readRoutes({ apis, routes, integrations }: Resources, pools: Pools): Route<RouteTarget>[] {
  const [api, ...others] = apis;
  if (others.length > 0)
    throw new UnsupportedTemplateError('There is more than one HTTP API; locally there is one.');
  const byId = new Map(integrations.map((integration) => [integration.ref, integration.properties]));
  return routes.map(({ id, properties: { RouteKey, Target, AuthorizationType } }) => {
    const integration = byId.get(Target.replace(/^integrations\//, ''));
    if (integration === undefined) throw new UnsupportedTemplateError(`${id} has no integration.`);
    const { invoke } = findPool(pools, integration.IntegrationUri, id);
    const iam = AuthorizationType === 'AWS_IAM';
    return {
      key: RouteKey,
      target: { invoke, apiId: api?.ref ?? '', iam, timeoutMs: integration.TimeoutInMillis },
    };
  });
}

export function readEventSources({ mappings, queues }: Resources, pools: Pools): EventSource[] {
  return mappings.map(({ id, properties }) => {
    const queue = queues.find(({ arn }) => arn === properties.EventSourceArn);
    if (queue === undefined) {
      throw new UnsupportedTemplateError(
        `${id} reads from ${properties.EventSourceArn}, which is not a queue of the template.`,
      );
    }
    return {
      queueUrl: queue.ref,
      queueArn: queue.arn,
      invoke: findPool(pools, properties.FunctionName, id).invoke,
      batchSize: properties.BatchSize,
      reportsFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: properties.ScalingConfig.MaximumConcurrency,
    };
  });
}

/** Finds a function by its name, its ARN, or a longer ARN around it. */
function findPool(pools: Pools, name: string, neededBy: string): FunctionPool {
  for (const [arn, pool] of pools) {
    if (pool.name === name || name === arn || name.includes(`${arn}/`) || name.includes(`${arn}:`))
      return pool;
  }
  throw new UnsupportedTemplateError(`${neededBy} invokes ${name}, which is no function here.`);
}

/** Hands events and ticks to functions and queues. A function that fails is an error. */
export function createDelivery(sqs: Sqs, pools: Pools): Deliver {
  return async (targetArn, payload) => {
    if (targetArn.startsWith('arn:aws:sqs:')) return sqs.send(targetArn, payload);
    const outcome = await findPool(pools, targetArn, 'A rule').invoke(payload);
    if (!outcome.ok) throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  };
}

/** What the distribution that serves the sites is made of. */
export interface SitesDefinition {
  readonly bucket: string;
  /** The code that every request goes through first. */
  readonly viewerFunction: string | undefined;
  /** Where what the bucket does not have is asked for. */
  readonly fallbackUrl: string | undefined;
}

/** The distribution with a bucket behind it; undefined when there is none. */
export function readSites(resources: Resources, apiUrl: string): SitesDefinition | undefined {
  for (const { properties } of resources.distributions) {
    const { Origins, DefaultCacheBehavior } = properties.DistributionConfig;
    const bucket = resources.buckets.find(({ ref }) =>
      Origins.some(({ DomainName }) => DomainName.startsWith(`${ref}.s3.`)),
    );
    if (bucket === undefined) continue;
    const [association] = DefaultCacheBehavior.FunctionAssociations;
    return {
      bucket: bucket.ref,
      viewerFunction: resources.viewerFunctions.find(({ ref }) => ref === association?.FunctionARN)
        ?.properties.FunctionCode,
      fallbackUrl: readFallback(resources, properties, apiUrl),
    };
  }
  return undefined;
}

/** What S3 answers for what is not there, to CloudFront, which may not list. */
const DENIED = 403;

/** The HTTP API, when it is the second of a group of origins that steps in for what the bucket does not have. */
function readFallback(
  { apis }: Resources,
  { DistributionConfig: { Origins, OriginGroups } }: Resources['distributions'][number]['properties'],
  apiUrl: string,
): string | undefined {
  const group = OriginGroups.Items.find(({ FailoverCriteria }) =>
    FailoverCriteria.StatusCodes.Items.includes(DENIED),
  );
  const origin = Origins.find(({ Id }) => Id === group?.Members.Items[1]?.OriginId);
  const isApi = apis.some(({ ref }) => origin?.DomainName.startsWith(`${ref}.execute-api.`));
  return origin !== undefined && isApi ? apiUrl + origin.OriginPath : undefined;
}
