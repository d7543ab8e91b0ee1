import * as z from 'zod';
import { type HttpResponse, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { renewalAdvice } from './aws-profile.ts';
import { identifyCaller } from './caller-identity.ts';
import { regionOf, type SigningOptions } from './sign-request.ts';

/** An error of API Gateway itself, whose errors have no detail. */
const GatewayError = z.object({ message: z.string(), detail: z.undefined().optional() });

/** The message with which AWS refuses a request before it reaches the API; null for every other response. */
export function refusalIn(response: HttpResponse): string | null {
  if (response.status !== 401 && response.status !== 403) return null;
  return GatewayError.safeParse(jsonIn(response)).data?.message ?? null;
}

interface RefusedCall extends SigningOptions {
  /** The API's address. */
  url: string;
  /** The method and the path. */
  call: string;
}

/**
 * The message for a refusal. API Gateway responds to expired credentials as to an identity without permission, so STS
 * decides which of them it is, and names the identity.
 */
export async function explainRefusal(
  refusal: string,
  { url, call, env, credentials }: RefusedCall,
): Promise<string> {
  const caller = await identifyCaller(await regionOf(url, env), credentials);
  if (caller !== null && 'refusal' in caller) {
    return `AWS refuses your credentials (${caller.refusal}). ${await renewalAdvice()}`;
  }
  return `${refusal.replace(/\w$/, '$&.')} ${invokeRemedy(call, url, caller?.arn)}`;
}

/** The remedy for an identity that may not make a call. */
export function invokeRemedy(call: string, url: string, identity = 'your AWS identity'): string {
  const remedy = `Check that ${identity} may invoke the API at ${url} (execute-api:Invoke).`;
  // A policy for one project does not allow listing all projects.
  const orName =
    ' If it has access to one project only, specify the project with --project (-p) or BOUGH_PROJECT.';
  return call === 'GET /projects' ? remedy + orName : remedy;
}
