import { createServer, type Server, type ServerResponse } from 'node:http';
import { guarded } from '../http/guard.ts';
import { arn } from '../template/resource-types.ts';
import { AccessDeniedError } from './iam/access-denied.ts';
import { type Allows, requireAll } from './iam/authorizer.ts';
import { readAccessKey } from './iam/caller.ts';
import { createJsonService } from './json-service.ts';

/** The quotas of the local account, and its schedules. */
export interface Account {
  /** Builds at the same time. */
  builds(): number;
  /** Functions' processes at the same time. */
  readonly executions: number;
  /** Whether a schedule of this name runs; undefined when there is none. */
  schedule(name: string): boolean | undefined;
}

/** As much of Service Quotas as reads one quota of CodeBuild: whichever is asked for, the machine has one. */
export function createQuotasServer(account: Account, allows: Allows): Server {
  return createJsonService(
    'ServiceQuotasV20190624',
    { GetServiceQuota: () => ({ Quota: { ServiceCode: 'codebuild', Value: account.builds() } }) },
    'IllegalArgumentException',
    {
      allows,
      callsOf: (operation) => [{ action: `servicequotas:${operation}`, resource: '*' }],
    },
  );
}

interface RestAnswer {
  action: string;
  resource: string;
  /** Undefined for what is not there. */
  body: object | undefined;
}

/** As much of Lambda's API as tells the account's limits. */
export function createLambdaServer(account: Account, allows: Allows): Server {
  return createRestServer(allows, (path) =>
    path === '/2016-08-19/account-settings'
      ? {
          action: 'lambda:GetAccountSettings',
          resource: '*',
          body: { AccountLimit: { ConcurrentExecutions: account.executions } },
        }
      : undefined,
  );
}

/** As much of EventBridge Scheduler as shows a schedule. */
export function createSchedulerServer(account: Account, allows: Allows): Server {
  return createRestServer(allows, (path) => {
    const [, name] = /^\/schedules\/([\w.-]+)$/.exec(path) ?? [];
    if (name === undefined) return undefined;
    const isEnabled = account.schedule(name);
    return {
      action: 'scheduler:GetSchedule',
      resource: arn('scheduler', `schedule/default/${name}`),
      body: isEnabled === undefined ? undefined : { Name: name, State: isEnabled ? 'ENABLED' : 'DISABLED' },
    };
  });
}

function createRestServer(allows: Allows, answer: (path: string) => RestAnswer | undefined): Server {
  return createServer(
    guarded((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://local');
      const found = request.method === 'GET' ? answer(pathname) : undefined;
      if (found === undefined) {
        refuse(
          response,
          404,
          'UnknownOperationException',
          `${request.method} ${pathname} does not exist locally.`,
        );
        return;
      }
      try {
        requireAll(allows, readAccessKey(request), [found]);
      } catch (error) {
        if (!(error instanceof AccessDeniedError)) throw error;
        refuse(response, 403, 'AccessDeniedException', error.message);
        return;
      }
      if (found.body) send(response, 200, found.body);
      else refuse(response, 404, 'ResourceNotFoundException', `There is no ${pathname}.`);
    }),
  );
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.setHeader('x-amzn-errortype', type);
  send(response, status, { message });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
