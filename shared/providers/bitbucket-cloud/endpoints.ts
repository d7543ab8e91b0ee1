import * as z from 'zod/mini';
import { pathSegment } from '../path-segment.ts';

/** Where Bitbucket is, as functions are told it. URLs are without trailing slashes. */
export const EndpointVariables = z.object({
  BITBUCKET_API_URL: z.string(),
  BITBUCKET_GIT_URL: z.string(),
  BITBUCKET_OAUTH_URL: z.string(),
  /** Hosts that may be called although they are not on the internet: `host` or `host:port`, separated by commas. */
  BITBUCKET_PRIVATE_HOSTS: z.string(),
});
export type EndpointVariables = z.infer<typeof EndpointVariables>;

export interface Endpoints {
  apiUrl: string;
  gitUrl: string;
  oauthUrl: string;
}

export function endpointsIn(variables: EndpointVariables): Endpoints {
  return {
    apiUrl: variables.BITBUCKET_API_URL,
    gitUrl: variables.BITBUCKET_GIT_URL,
    oauthUrl: variables.BITBUCKET_OAUTH_URL,
  };
}

/** A repository's place below the API's URL. */
export function repositoryPath(name: string): string {
  return `/repositories/${encodedName(name)}`;
}

/** A repository's URL for git. */
export function repositoryUrl({ gitUrl }: Endpoints, name: string): string {
  return `${gitUrl}/${encodedName(name)}.git`;
}

/** A branch's page. */
export function branchUrl({ gitUrl }: Endpoints, name: string, branch: string): string {
  return `${gitUrl}/${encodedName(name)}/branch/${encodeURIComponent(branch)}`;
}

function encodedName(name: string): string {
  return name.split('/').map(pathSegment).join('/');
}
