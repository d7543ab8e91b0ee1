import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { guarded } from '../../http/guard.ts';
import { type Log, logProblem } from '../../log/log.ts';
import { AccessDeniedError } from '../iam/access-denied.ts';
import { type Allows, allowAll, requireAll } from '../iam/authorizer.ts';
import { readAccessKey } from '../iam/caller.ts';
import { deletion, s3Calls } from '../iam/s3-calls.ts';
import { answerBucket } from './bucket-operations.ts';
import { notImplemented, S3Error } from './errors.ts';
import { answerObject } from './object-operations.ts';
import { readRequest } from './request.ts';
import type { ObjectStorage } from './storage.ts';
import { writeXml } from './xml.ts';

/** Creates the emulator of S3's path-style REST API on files. Content is streamed. */
export function createS3Server(storage: ObjectStorage, log: Log, allows: Allows = allowAll): Server {
  return createServer(
    guarded((message, response) => {
      response.setHeader('x-amz-request-id', randomUUID());
      answer(storage, message, response, allows).catch((error: unknown) => {
        const isAnswer = error instanceof S3Error || error instanceof AccessDeniedError;
        if (!isAnswer && !message.destroyed) logProblem(log, `S3 ${message.method} failed`, error);
        sendError(message, response, error);
      });
    }),
  );
}

async function answer(
  storage: ObjectStorage,
  message: IncomingMessage,
  response: ServerResponse,
  allows: Allows,
): Promise<void> {
  const request = readRequest(message);
  const caller = readAccessKey(message);
  if (request.bucket === '') throw notImplemented(`${request.method} of the account`);
  const exists = (bucket: string, key: string) => storage.bucket(bucket).find(key) !== undefined;
  requireAll(allows, caller, s3Calls(request, exists));
  const mayDelete = (key: string) => allows(caller, deletion(request.bucket, key));
  if (request.key === '') await answerBucket(storage, request, response, mayDelete);
  else await answerObject({ storage, request, message, response });
}

function sendError(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, text } = describe(error);
  // Read the rest of the request: an HTTP client that still sends would see a reset instead of the response.
  message.resume();
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(message.method === 'HEAD' ? undefined : writeXml('Error', { Code: code, Message: text }));
}

function describe(error: unknown) {
  if (error instanceof S3Error) return { status: error.status, code: error.code, text: error.message };
  if (error instanceof AccessDeniedError) return { status: 403, code: 'AccessDenied', text: error.message };
  return { status: 500, code: 'InternalError', text: error instanceof Error ? error.message : String(error) };
}
