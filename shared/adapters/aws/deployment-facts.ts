import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Fact } from '../../domain/deployment/diagnose.ts';
import type { DeploymentFacts } from '../../ports/deployment-facts.ts';
import { type HttpResponse, HttpUnreachable, http, jsonIn } from '../../runtime/http/http-client.ts';
import { type Identity, signRequest } from '../../runtime/sign-request.ts';
import type { RedrivenQueue } from './queues/dead-letters.ts';

/** The names and clients that the facts are read with. */
export interface DeploymentOptions {
  region: string;
  /** The function's environment variables: its credentials, and the endpoints that AWS's SDKs read. */
  env: Readonly<Record<string, string | undefined>>;
  buildQuotaCode: string;
  neededExecutions: number;
  scheduleName: string;
  /** Empty when alarms have no subscriber. */
  alarmTopicArn: string;
  sqs: SQSClient;
  queues: readonly Pick<RedrivenQueue, 'name' | 'deadLettersUrl'>[];
}

/** A VPC without an endpoint for a service drops packets instead of refusing the connection. */
const timeoutMs = 4_000;
const mostBytes = 256 * 1024;

const Quota = z.object({ Quota: z.object({ Value: z.number() }) });
const AccountSettings = z.object({ AccountLimit: z.object({ ConcurrentExecutions: z.number() }) });
const Schedule = z.object({ State: z.string() });
const Failure = z.object({ __type: z.optional(z.string()) });

interface AwsCall {
  /** The service's name in host names and signatures. */
  service: string;
  /** The service's id in the variable AWS_ENDPOINT_URL_<id>. */
  id: string;
  method?: 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Reads facts about the deployment with signed HTTP requests. Four SDK clients would make the bundle half as large again. */
export function awsDeploymentFacts(options: DeploymentOptions): DeploymentFacts {
  const { buildQuotaCode, neededExecutions, scheduleName, alarmTopicArn, sqs, queues } = options;
  const ask = (call: AwsCall) => callAws(options, call);
  return {
    buildQuotaCode,
    neededExecutions,
    builds: () =>
      seen(async () => {
        const response = await ask({
          service: 'servicequotas',
          id: 'SERVICE_QUOTAS',
          method: 'POST',
          path: '/',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
          },
          body: JSON.stringify({ ServiceCode: 'codebuild', QuotaCode: buildQuotaCode }),
        });
        return Quota.parse(jsonIn(response)).Quota.Value;
      }),
    executions: () =>
      seen(async () => {
        const response = await ask({ service: 'lambda', id: 'LAMBDA', path: '/2016-08-19/account-settings' });
        return AccountSettings.parse(jsonIn(response)).AccountLimit.ConcurrentExecutions;
      }),
    schedule: () =>
      seen(async () => {
        const path = `/schedules/${encodeURIComponent(scheduleName)}`;
        const response = await ask({ service: 'scheduler', id: 'SCHEDULER', path });
        return Schedule.parse(jsonIn(response)).State === 'ENABLED';
      }),
    async alarms() {
      if (alarmTopicArn === '') return null;
      return seen(async () => {
        const form = { Action: 'ListSubscriptionsByTopic', Version: '2010-03-31', TopicArn: alarmTopicArn };
        const { text } = await ask({
          service: 'sns',
          id: 'SNS',
          method: 'POST',
          path: '/',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: String(new URLSearchParams(form)),
        });
        return subscriptionIn(text);
      });
    },
    deadLetters: () =>
      seen(async () =>
        Object.fromEntries(
          await Promise.all(queues.map(async (queue) => [queue.name, await count(sqs, queue)])),
        ),
      ),
  };
}

async function count(
  sqs: SQSClient,
  { deadLettersUrl }: Pick<RedrivenQueue, 'deadLettersUrl'>,
): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: deadLettersUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
}

/** The state of a topic's subscriptions, from SNS's XML. Only a confirmed subscription has an ARN. */
function subscriptionIn(xml: string): 'confirmed' | 'pending' | 'none' {
  const arns = [...xml.matchAll(/<SubscriptionArn>([^<]+)</g)].map(([, arn]) => arn);
  if (arns.some((arn) => arn?.startsWith('arn:'))) return 'confirmed';
  return arns.includes('PendingConfirmation') ? 'pending' : 'none';
}

async function seen<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { unknown: reasonOf(error) };
  }
}

/** A refusal by AWS, without AWS's own message, which names users, roles and accounts. */
class Refused extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof HttpUnreachable)
    return `${error.message} In a VPC the service needs an endpoint or a NAT gateway.`;
  return 'The response of AWS cannot be read.';
}

async function callAws(
  { region, env }: DeploymentOptions,
  { service, id, method, path, headers = {}, body }: AwsCall,
): Promise<HttpResponse> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const endpoint = env[`AWS_ENDPOINT_URL_${id}`] ?? `https://${service}.${region}.${suffix}`;
  const request = { method: method ?? 'GET', url: endpoint.replace(/\/$/, '') + path, headers, body };
  const signed = await signRequest(request, { service, region, credentials: async () => identityIn(env) });
  const response = await http(request.url, {
    method: request.method,
    headers: signed,
    ...(body !== undefined && { body }),
    timeoutMs,
    mostBytes,
  });
  if (response.status === 200) return response;
  throw new Refused(`${service} answered ${response.status}${codeIn(response)}.`);
}

/** The name of AWS's error in parentheses, such as ` (AccessDeniedException)`; empty without a name. */
function codeIn(response: HttpResponse): string {
  const header = response.headers.get('x-amzn-errortype');
  const code = header ?? typeIn(response) ?? /<Code>(\w+)</.exec(response.text)?.[1];
  const name = code?.split('#').at(-1)?.split(':')[0];
  return name ? ` (${name})` : '';
}

function typeIn(response: HttpResponse): string | undefined {
  if (!response.text.startsWith('{')) return undefined;
  return Failure.safeParse(jsonIn(response)).data?.__type;
}

function identityIn(env: DeploymentOptions['env']): Identity {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: token,
  } = env;
  if (!accessKeyId || !secretAccessKey) throw new Refused('The program has no credentials.');
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
}
