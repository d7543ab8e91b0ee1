import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../http/body.ts';
import { guarded } from '../http/guard.ts';
import { AccessDeniedError } from './iam/access-denied.ts';
import { type Allows, requireAll } from './iam/authorizer.ts';
import type { Call } from './iam/call.ts';
import { readAccessKey } from './iam/caller.ts';

/** An error response of an AWS JSON protocol service; SDKs name the exception after the type. */
export class ServiceError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.type = type;
  }
}

/** An operation: parses its input and returns a JSON object. */
export type Operation = (input: unknown) => object | Promise<object>;

/** Access control of a service. */
export interface Access {
  readonly allows: Allows;
  /** Returns the calls that a request makes. */
  callsOf(operation: string, input: unknown): readonly Call[];
}

const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * Creates a server for operations over AWS's JSON protocol (POST with `X-Amz-Target: <prefix>.<Operation>`).
 * @param invalidInput error type for input that an operation cannot parse
 */
export function createJsonService(
  prefix: string,
  operations: Readonly<Record<string, Operation>>,
  invalidInput: string,
  access: Access,
): Server {
  return createServer(
    guarded((request, response) => {
      run(request).then(
        (output) => send(response, 200, output),
        (error: unknown) => sendError(response, error, invalidInput),
      );
    }),
  );

  async function run(request: IncomingMessage): Promise<object> {
    const target = String(request.headers['x-amz-target']);
    const name = target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : '';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    const body = await readBody(request, MAX_REQUEST_BYTES);
    if (operation === undefined) {
      throw new ServiceError('UnknownOperationException', `${target} is not emulated.`);
    }
    const input: unknown = JSON.parse(body.toString() || '{}');
    requireAll(access.allows, readAccessKey(request), access.callsOf(name, input));
    return operation(input);
  }
}

function sendError(response: ServerResponse, error: unknown, invalidInput: string): void {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ServiceError) {
    send(response, 400, { __type: error.type, message });
  } else if (error instanceof AccessDeniedError) {
    send(response, 400, { __type: 'AccessDeniedException', message });
  } else if (error instanceof z.ZodError || error instanceof SyntaxError) {
    send(response, 400, { __type: invalidInput, message });
  } else {
    send(response, 500, { __type: 'InternalFailure', message });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
