import { setTimeout as delay } from 'node:timers/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import * as z from 'zod/mini';
import type { Credentials, IssuedBuild } from '../../shared/domain/builds/build.ts';
import { BoughError, mayPass } from '../../shared/errors.ts';
import { type HttpResponse, http, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { signRequest } from '../../shared/runtime/sign-request.ts';
import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';

const Issued = z.object({
  access_key_id: z.string(),
  secret_access_key: z.string(),
  session_token: z.string(),
  variables: z.array(
    z.object({ name: z.string(), value: z.string(), is_json: z.boolean(), is_sensitive: z.boolean() }),
  ),
});
const Refusal = z.object({ message: z.string(), detail: z.object({ error: z.string() }) });

/** The pauses between attempts, in milliseconds. */
export const usualPauses = [500, 2_000, 5_000, 15_000, 30_000, 60_000];

/**
 * Exchanges the build's permit for credentials that can access only its environment's resources, and for variables. Scripts can use the
 * CodeBuild role too, so that role allows nothing but this exchange.
 * @param region the region of the management API
 * @throws BoughError permit_refused, internal
 */
export async function fetchCredentials(
  { BOUGH_PROJECT, BOUGH_ACTIVITY, BOUGH_PERMIT }: Job,
  { API_URL }: ProjectConfig,
  region: string,
  pauses = usualPauses,
): Promise<IssuedBuild> {
  const request = {
    method: 'POST',
    url: `${API_URL}/builds/${BOUGH_PROJECT}/${BOUGH_ACTIVITY}/credentials`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ permit: BOUGH_PERMIT }),
  };
  const exchange = async () => {
    const headers = await signRequest(request, { region, credentials: defaultProvider() });
    return issuedBy(await http(request.url, { ...request, headers, timeoutMs: 30_000 }));
  };
  for (const pause of pauses) {
    try {
      return await exchange();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await delay(pause);
    }
  }
  return exchange();
}

function issuedBy(response: HttpResponse): IssuedBuild {
  if (response.status === 200) return Issued.parse(jsonIn(response));
  const refusal = Refusal.safeParse(jsonIn(response)).data;
  // Other responses come from API Gateway: throttling, or a permission that IAM has not propagated yet.
  const isFinal = refusal !== undefined && response.status < 500;
  throw new BoughError(
    isFinal ? 'permit_refused' : 'internal',
    `The management API gave the build no credentials: ${refusal?.message ?? `it answered ${response.status}.`}`,
  );
}

/** Variables from which SDKs would take other credentials, such as the build's own role. */
const otherSources = [
  'AWS_PROFILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
];

/** The environment with these credentials as the only ones that AWS tools find. */
export function withCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  { access_key_id, secret_access_key, session_token }: Credentials,
): Record<string, string | undefined> {
  const rest = Object.entries(environment).filter(([name]) => !otherSources.includes(name));
  return {
    ...Object.fromEntries(rest),
    AWS_ACCESS_KEY_ID: access_key_id,
    AWS_SECRET_ACCESS_KEY: secret_access_key,
    AWS_SESSION_TOKEN: session_token,
  };
}
