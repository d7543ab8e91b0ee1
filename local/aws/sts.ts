import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../http/body.ts';
import { guarded } from '../http/guard.ts';
import { AccessDeniedError } from './iam/access-denied.ts';
import { type Authorizer, InheritedTagError } from './iam/authorizer.ts';
import type { Tags } from './iam/call.ts';
import { readAccessKey } from './iam/caller.ts';
import { writeXml, type XmlElements } from './s3/xml.ts';

const MAX_REQUEST_BYTES = 64 * 1024;
const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

const AssumeRoleInput = z.object({
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  /** At most an hour: callers are roles themselves, and STS limits role chaining. */
  DurationSeconds: z.coerce.number().int().min(900).max(3600).default(3600),
});

const Tag = z.object({
  Key: z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u),
  Value: z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u),
});

/** Creates the emulator of STS: AssumeRole over AWS's query protocol. */
export function createStsServer(authorizer: Authorizer): Server {
  return createServer(
    guarded((request, response) => {
      answer(request).then(
        (content) => send(response, 200, writeXml('AssumeRoleResponse', content, NAMESPACE)),
        (error: unknown) => sendError(response, error),
      );
    }),
  );

  async function answer(request: IncomingMessage): Promise<XmlElements> {
    const form = new URLSearchParams((await readBody(request, MAX_REQUEST_BYTES)).toString());
    const action = form.get('Action');
    if (action !== 'AssumeRole') throw new UnknownAction(`${action} is not emulated.`);
    const { RoleArn, RoleSessionName, DurationSeconds } = AssumeRoleInput.parse(Object.fromEntries(form));
    const tags = readTags(form);
    const caller = readAccessKey(request);
    const AccessKeyId = authorizer.assume(caller, RoleArn, { tags, transitive: readTransitive(form, tags) });
    const role = RoleArn.split('/').at(-1) ?? '';
    return {
      AssumeRoleResult: {
        Credentials: {
          AccessKeyId,
          // Not a word: builds hide the key wherever it occurs in their logs.
          SecretAccessKey: randomBytes(30).toString('base64'),
          SessionToken: randomBytes(48).toString('base64url'),
          Expiration: new Date(Date.now() + DurationSeconds * 1000).toISOString(),
        },
        AssumedRoleUser: {
          AssumedRoleId: `AROALOCAL:${RoleSessionName}`,
          Arn: `${RoleArn.replace(/:iam:(.*):role\/.*/, ':sts:$1:assumed-role')}/${role}/${RoleSessionName}`,
        },
      },
      ResponseMetadata: { RequestId: randomUUID() },
    };
  }
}

/** Reads `Tags.member.1.Key`, `Tags.member.1.Value`, `Tags.member.2.Key`, … */
function readTags(form: URLSearchParams): Tags {
  const tags: Record<string, string> = {};
  for (let index = 1; form.has(`Tags.member.${index}.Key`); index += 1) {
    const field = (name: string) => form.get(`Tags.member.${index}.${name}`);
    const { Key, Value } = Tag.parse({ Key: field('Key'), Value: field('Value') });
    tags[Key] = Value;
  }
  return tags;
}

/** Reads `TransitiveTagKeys.member.1`, `TransitiveTagKeys.member.2`, … */
function readTransitive(form: URLSearchParams, tags: Tags): string[] {
  const keys: string[] = [];
  for (let index = 1; form.has(`TransitiveTagKeys.member.${index}`); index += 1) {
    keys.push(z.enum(Object.keys(tags)).parse(form.get(`TransitiveTagKeys.member.${index}`)));
  }
  return keys;
}

class UnknownAction extends Error {}

function sendError(response: ServerResponse, error: unknown): void {
  const { status, code } = describe(error);
  const Message = error instanceof Error ? error.message : String(error);
  const content = { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message } };
  send(response, status, writeXml('ErrorResponse', { ...content, RequestId: randomUUID() }, NAMESPACE));
}

function describe(error: unknown): { status: number; code: string } {
  if (error instanceof AccessDeniedError) return { status: 403, code: 'AccessDenied' };
  if (error instanceof z.ZodError || error instanceof InheritedTagError) {
    return { status: 400, code: 'ValidationError' };
  }
  if (error instanceof UnknownAction) return { status: 400, code: 'InvalidAction' };
  return { status: 500, code: 'InternalFailure' };
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
