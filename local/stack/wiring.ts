import type { RouteTarget } from '../aws/api-gateway/http-api.ts';
import type { Route } from '../aws/api-gateway/routes.ts';
import { readBuildspec } from '../aws/codebuild/buildspec.ts';
import type { BuildProject } from '../aws/codebuild/codebuild.ts';
import { isLambda, lambdaMinutes } from '../aws/codebuild/lambda-compute.ts';
import type { Deliver } from '../aws/eventbridge/event-bus.ts';
import { accessKeyOf } from '../aws/iam/authorizer.ts';
import type { Sqs } from '../aws/sqs/sqs.ts';
import { UnsupportedTemplateError } from '../errors.ts';
import type { EventSource } from '../runtime/event-source.ts';
import type { FunctionPool } from '../runtime/function-pool.ts';
import { nodeFor } from '../runtime/node.ts';
import type { FunctionDefinition } from '../runtime/sandbox.ts';
import { findAsset } from '../template/assets.ts';
import { REGION } from '../template/resource-types.ts';
import type { Resources } from '../template/resources.ts';

/** Base URLs of the emulators. Each name is the suffix of the SDKs' `AWS_ENDPOINT_URL_…` variable, in lower case. */
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
  readonly cloudfront_keyvaluestore: string;
}

/** Returns the variables that the AWS SDKs read in a function or a build. Each program has its own access key. */
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

/** Reads the template's functions. */
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
    node: nodeFor(properties.Runtime).program,
    timeoutSeconds: properties.Timeout,
    memoryMib: properties.MemorySize,
    environment: { ...properties.Environment.Variables, ...sdkVariables(endpoints, ref) },
  }));
}

/** A notice for each runtime of the functions that the Node on this machine does not fit. */
export function nodeNotices({ functions }: Resources): string[] {
  const notices = functions.map(({ properties }) => nodeFor(properties.Runtime).notice);
  return [...new Set(notices)].filter((notice) => notice !== undefined);
}

/** Maximum number of processes of one function. */
export const MAX_PROCESSES = 5;

/** Reads the template's CodeBuild projects. */
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
    timeoutInMinutes: isLambda(Environment.Type) ? lambdaMinutes : (TimeoutInMinutes ?? DEFAULT_MINUTES),
    concurrency: MAX_BUILDS,
    image: Environment.Image,
    computeType: Environment.ComputeType,
    environmentType: Environment.Type,
    privileged: Environment.PrivilegedMode,
  }));
}

/** CodeBuild's default of a build's duration. */
const DEFAULT_MINUTES = 60;

/** Maximum number of concurrent builds of one project. */
const MAX_BUILDS = 4;

/** Functions by their ARN. */
export type Pools = ReadonlyMap<string, FunctionPool>;

/** Reads the routes of the template's HTTP API. */
export function readRoutes({ apis, routes, integrations }: Resources, pools: Pools): Route<RouteTarget>[] {
  const [api, ...others] = apis;
  if (others.length > 0)
    throw new UnsupportedTemplateError('The template has more than one HTTP API; locally there is one.');
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

/** Reads the template's event source mappings. */
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

/** Finds a function by its name, its ARN, or an ARN that contains the function's, such as an integration URI. */
function findPool(pools: Pools, name: string, neededBy: string): FunctionPool {
  for (const [arn, pool] of pools) {
    if (pool.name === name || name === arn || name.includes(`${arn}/`) || name.includes(`${arn}:`))
      return pool;
  }
  throw new UnsupportedTemplateError(`${neededBy} invokes ${name}, which is not a function of the template.`);
}

/** Creates the delivery of events and schedules to queues and functions. Rejects when a function fails. */
export function createDelivery(sqs: Sqs, pools: Pools): Deliver {
  return async (targetArn, payload) => {
    if (targetArn.startsWith('arn:aws:sqs:')) return sqs.send(targetArn, payload);
    const outcome = await findPool(pools, targetArn, 'A rule').invoke(payload);
    if (!outcome.ok) throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  };
}

/** The distribution of the sites. */
export interface SitesDefinition {
  /** Name of the bucket of the sites. */
  readonly bucket: string;
  /** Code of the viewer-request function. */
  readonly requestFunction: string | undefined;
  /** ARN of the store that the viewer-request function reads. */
  readonly keyValues: string | undefined;
  /** Code of the viewer-response function. */
  readonly responseFunction: string | undefined;
  /** Base URL of the origin for objects that the bucket does not have. */
  readonly fallback: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
}

/** Reads the first distribution whose origin is a bucket; undefined without one. */
export function readSites(resources: Resources, apiUrl: string): SitesDefinition | undefined {
  for (const { properties } of resources.distributions) {
    const { Origins, DefaultCacheBehavior } = properties.DistributionConfig;
    const bucket = resources.buckets.find(({ ref }) =>
      Origins.some(({ DomainName }) => DomainName.startsWith(`${ref}.s3.`)),
    );
    if (bucket === undefined) continue;
    const functionFor = (event: 'viewer-request' | 'viewer-response') => {
      const associations = DefaultCacheBehavior.FunctionAssociations;
      const arn = associations.find(({ EventType }) => EventType === event)?.FunctionARN;
      return resources.viewerFunctions.find(({ ref }) => ref === arn)?.properties;
    };
    return {
      bucket: bucket.ref,
      requestFunction: functionFor('viewer-request')?.FunctionCode,
      keyValues: functionFor('viewer-request')?.FunctionConfig.KeyValueStoreAssociations[0]?.KeyValueStoreARN,
      responseFunction: functionFor('viewer-response')?.FunctionCode,
      fallback: readFallback(resources, properties, apiUrl),
    };
  }
  return undefined;
}

/** S3's status for a missing object, because CloudFront may not list the bucket. */
const DENIED = 403;

/** Returns the HTTP API's URL and the origin's own headers if the API is the failover origin for DENIED. */
function readFallback(
  { apis }: Resources,
  { DistributionConfig: { Origins, OriginGroups } }: Resources['distributions'][number]['properties'],
  apiUrl: string,
): SitesDefinition['fallback'] {
  const group = OriginGroups.Items.find(({ FailoverCriteria }) =>
    FailoverCriteria.StatusCodes.Items.includes(DENIED),
  );
  const origin = Origins.find(({ Id }) => Id === group?.Members.Items[1]?.OriginId);
  const isApi = apis.some(({ ref }) => origin?.DomainName.startsWith(`${ref}.execute-api.`));
  if (origin === undefined || !isApi) return undefined;
  const headers = origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue]);
  return { url: apiUrl + origin.OriginPath, headers: Object.fromEntries(headers) };
}
