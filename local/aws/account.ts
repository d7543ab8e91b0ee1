import { createServer, type Server, type ServerResponse } from 'node:http';
import { guarded } from '../http/guard.ts';
import { arn } from '../template/resource-types.ts';
import { AccessDeniedError } from './iam/access-denied.ts';
import { type Allows, requireAll } from './iam/authorizer.ts';
import { readAccessKey } from './iam/caller.ts';
import { createJsonService } from './json-service.ts';

/** Quotas and schedules of the local account. */
export interface Account {
  /** Quota of concurrent builds. */
  builds(): number;
  /** Quota of concurrent function executions. */
  readonly executions: number;
  /** Reports whether the schedule is enabled; undefined for an unknown name. */
  schedule(name: string): boolean | undefined;
}

/** Creates the emulator of Service Quotas: GetServiceQuota returns the quota of concurrent builds for every code. */
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

/** Response of a REST operation, and the call that it needs. */
interface RestResult {
  action: string;
  resource: string;
  /** Undefined for a missing resource. */
  body: object | undefined;
}

/** Creates the emulator of Lambda's API: GetAccountSettings. */
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

/** Creates the emulator of EventBridge Scheduler's API: GetSchedule. */
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

function createRestServer(allows: Allows, answer: (path: string) => RestResult | undefined): Server {
  return createServer(
    guarded((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://local');
      const found = request.method === 'GET' ? answer(pathname) : undefined;
      if (found === undefined) {
        refuse(response, 404, 'UnknownOperationException', `${request.method} ${pathname} is not emulated.`);
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
