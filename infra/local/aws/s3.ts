import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Log, logProblem } from '../log.ts';
import { answerBucket } from './s3/bucket-operations.ts';
import { S3Error } from './s3/errors.ts';
import { answerObject } from './s3/object-operations.ts';
import { readRequest } from './s3/request.ts';
import type { ObjectStorage } from './s3/storage.ts';
import { writeXml } from './s3/xml.ts';

/** S3's REST API, path style, over files. Content is streamed, never held in memory. */
export function createS3Server(storage: ObjectStorage, log: Log): Server {
  return createServer((message, response) => {
    response.setHeader('x-amz-request-id', randomUUID());
    answer(storage, message, response).catch((error: unknown) => {
      if (!(error instanceof S3Error) && !message.destroyed)
        logProblem(log, `S3 ${message.method} failed`, error);
      sendError(message, response, error);
    });
  });
}

async function answer(
  storage: ObjectStorage,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(message);
  if (request.key === '') await answerBucket(storage, request, response);
  else await answerObject({ storage, request, message, response });
}

function sendError(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, text } = describe(error);
  // A client that still sends would take a closed connection for the answer.
  message.resume();
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(message.method === 'HEAD' ? undefined : writeXml('Error', { Code: code, Message: text }));
}

function describe(error: unknown) {
  if (error instanceof S3Error) return { status: error.status, code: error.code, text: error.message };
  return { status: 500, code: 'InternalError', text: error instanceof Error ? error.message : String(error) };
}
