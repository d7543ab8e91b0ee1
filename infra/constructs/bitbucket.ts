import type { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';
import type { Settings } from '../settings.ts';

/** Where Bitbucket is, as the variables of every function that calls it. */
export function bitbucketVariables(settings: Settings): EndpointVariables {
  return {
    BITBUCKET_API_URL: settings.bitbucketApiUrl,
    BITBUCKET_GIT_URL: settings.bitbucketGitUrl,
    BITBUCKET_OAUTH_URL: settings.bitbucketOauthUrl,
  };
}
