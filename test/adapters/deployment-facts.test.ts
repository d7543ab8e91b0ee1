import { createServer } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listen, localUrl } from '../../local/http/net.ts';
import { awsDeploymentFacts } from '../../shared/adapters/aws/deployment-facts.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:bough-alarms';

interface Given {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A deployment whose AWS gives every call the same answer. */
async function aDeployment({ status = 200, headers = {}, body }: Given, alarmTopicArn = topic) {
  const asked: { method: string; url: string; authorization: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const { method = '', url = '' } = request;
    const { authorization = '' } = request.headers;
    asked.push({ method, url, authorization, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, headers).end(body);
  });
  const endpoint = localUrl(await listen(server, 0));
  onTestFinished(() => closeServer(server));
  const services = ['SERVICE_QUOTAS', 'LAMBDA', 'SCHEDULER', 'SNS'];
  const deployment = awsDeploymentFacts({
    region: 'eu-west-1',
    env: {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      ...Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint])),
    },
    buildQuotaCode: 'L-5ED1D25B',
    neededExecutions: 10,
    scheduleName: 'prune',
    alarmTopicArn,
    sqs: new SQSClient({ region: 'eu-west-1' }),
    queues: [],
  });
  return { deployment, asked };
}

const subscriptions = (...arns: string[]) =>
  `<R><Subscriptions>${arns.map((arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn></member>`).join('')}</Subscriptions></R>`;

describe('the facts that AWS reports about the account and the deployment', () => {
  it('include the quota of builds', async () => {
    const { deployment, asked } = await aDeployment({ body: '{"Quota":{"Value":1.0}}' });

    expect(await deployment.builds()).toEqual({ value: 1 });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: '/',
        body: JSON.stringify({ ServiceCode: 'codebuild', QuotaCode: 'L-5ED1D25B' }),
        authorization: expect.stringContaining('/eu-west-1/servicequotas/aws4_request'),
      },
    ]);
  });

  it('include the quota of executions', async () => {
    const { deployment, asked } = await aDeployment({ body: '{"AccountLimit":{"ConcurrentExecutions":10}}' });

    expect(await deployment.executions()).toEqual({ value: 10 });
    expect(asked).toMatchObject([{ method: 'GET', url: '/2016-08-19/account-settings' }]);
  });

  it.each([
    ['ENABLED', true],
    ['DISABLED', false],
  ])('include a schedule that is %s', async (state, value) => {
    const { deployment, asked } = await aDeployment({ body: JSON.stringify({ State: state }) });

    expect(await deployment.schedule()).toEqual({ value });
    expect(asked).toMatchObject([{ method: 'GET', url: '/schedules/prune' }]);
  });

  it.each([
    ['confirmed', [`${topic}:1234`]],
    ['pending', ['PendingConfirmation']],
    ['none', []],
    ['none', ['Deleted']],
  ])('include the address for alarms: %s', async (value, arns) => {
    const { deployment } = await aDeployment({ body: subscriptions(...arns) });

    expect(await deployment.alarms()).toEqual({ value });
  });

  it('make no request about alarms without a topic', async () => {
    const { deployment, asked } = await aDeployment({ body: '' }, '');

    expect(await deployment.alarms()).toBeNull();
    expect(asked).toEqual([]);
  });

  const message = 'User: arn:aws:sts::123456789012:assumed-role/bough/x is not authorized';
  it.each<[string, Given]>([
    [
      'in a header',
      { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException:http://a/' }, body: message },
    ],
    [
      'in JSON',
      { status: 400, body: JSON.stringify({ __type: 'com.amazonaws#AccessDeniedException', message }) },
    ],
    [
      'in XML',
      { status: 403, body: `<E><Code>AccessDeniedException</Code><Message>${message}</Message></E>` },
    ],
  ])('contain the reason of a refusal by AWS %s, without the account', async (_, given) => {
    const { deployment } = await aDeployment(given);

    expect(await deployment.schedule()).toEqual({
      unknown: `scheduler answered ${given.status} (AccessDeniedException).`,
    });
  });

  it.each(['', 'nothing to see', '{}', '[]'])('treat the response %j as unreadable', async (body) => {
    const { deployment } = await aDeployment({ body });

    expect(await deployment.builds()).toEqual({ unknown: 'The response of AWS cannot be read.' });
  });
});
