import * as z from 'zod/mini';
import { pathSegment } from '../rest/path-segment.ts';

/** Bitbucket's URLs in a function's environment variables, without trailing slashes. */
export const EndpointVariables = z.object({
  BITBUCKET_API_URL: z.string(),
  BITBUCKET_GIT_URL: z.string(),
  BITBUCKET_OAUTH_URL: z.string(),
  /** Private hosts that Bough may call: `host` or `host:port`, separated by commas. */
  BITBUCKET_PRIVATE_HOSTS: z.string(),
});
/** The parsed environment variables. */
export type EndpointVariables = z.infer<typeof EndpointVariables>;

/** Bitbucket Cloud's base URLs, without trailing slashes. */
export interface Endpoints {
  apiUrl: string;
  gitUrl: string;
  oauthUrl: string;
}

/** Reads Cloud's base URLs from the environment variables. */
export function endpointsIn(variables: EndpointVariables): Endpoints {
  return {
    apiUrl: variables.BITBUCKET_API_URL,
    gitUrl: variables.BITBUCKET_GIT_URL,
    oauthUrl: variables.BITBUCKET_OAUTH_URL,
  };
}

/** A repository's path below the API's URL. */
export function repositoryPath(name: string): string {
  return `/repositories/${encodedName(name)}`;
}

/** A repository's URL for git. */
export function repositoryUrl({ gitUrl }: Endpoints, name: string): string {
  return `${gitUrl}/${encodedName(name)}.git`;
}

/** The URL of a branch's web page. */
export function branchUrl({ gitUrl }: Endpoints, name: string, branch: string): string {
  return `${gitUrl}/${encodedName(name)}/branch/${encodeURIComponent(branch)}`;
}

/** The URL of a pull request's web page. */
export function pullRequestUrl({ gitUrl }: Endpoints, name: string, number: number): string {
  return `${gitUrl}/${encodedName(name)}/pull-requests/${number}`;
}

function encodedName(name: string): string {
  return name.split('/').map(pathSegment).join('/');
}
