import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseBasic } from '../http/credentials.ts';
import { readBody, sendJson } from '../http/messages.ts';
import { type Consumer, type Credentials, TOKEN_SECONDS } from './credentials.ts';

interface TokenResponse {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

function refuse(error: string, description: string): TokenResponse {
  return { status: 400, body: { error_description: description, error } };
}

/** The error for a consumer without a callback URL or a public consumer, with Bitbucket's messages. */
function refuseConsumer(consumer: Consumer): TokenResponse | undefined {
  if (consumer.callbackUrl === null) {
    return refuse('invalid_request', 'No callback uri defined for the OAuth client.');
  }
  if (!consumer.isPrivate) {
    return refuse(
      'invalid_grant',
      'Cannot use client_credentials with a consumer marked as "public". Calls for auto generated consumers should use urn:bitbucket:oauth2:jwt instead.',
    );
  }
  return undefined;
}

function grantToken(
  credentials: Credentials,
  authorization: string | undefined,
  form: string,
): TokenResponse {
  const basic = parseBasic(authorization);
  if (basic === undefined) {
    return refuse('unauthorized_client', 'Requests must be authenticated using OAuth client credentials');
  }
  const consumer = credentials.findConsumer(basic.name, basic.password);
  if (consumer === undefined) return refuse('unauthorized_client', 'Invalid OAuth client credentials');
  const grantType = new URLSearchParams(form).get('grant_type');
  if (grantType !== 'client_credentials') {
    return refuse('unsupported_grant_type', `Unsupported grant type: ${grantType ?? 'none'}`);
  }
  return (
    refuseConsumer(consumer) ?? {
      status: 200,
      body: {
        access_token: credentials.issueToken(consumer),
        scopes: consumer.scopes.join(' '),
        expires_in: TOKEN_SECONDS,
        refresh_token: randomBytes(12).toString('base64url'),
        token_type: 'bearer',
      },
    }
  );
}

/** Serves the token endpoint: the client credentials grant for consumers that authenticate with HTTP Basic. */
export async function serveOauth(
  credentials: Credentials,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    sendJson(response, 405, { error: 'invalid_request', error_description: 'Use POST.' }, { Allow: 'POST' });
    return;
  }
  const form = await readBody(request);
  const { status, body } = grantToken(credentials, request.headers.authorization, form);
  sendJson(response, status, body);
}
