import type { Settings } from '../settings.ts';

/** Where Bitbucket is, as the variables of every function that calls it. */
export interface BitbucketVariables {
  readonly BITBUCKET_API_URL: string;
  readonly BITBUCKET_GIT_URL: string;
  readonly BITBUCKET_OAUTH_URL: string;
}

export function bitbucketVariables(settings: Settings): BitbucketVariables {
  return {
    BITBUCKET_API_URL: settings.bitbucketApiUrl,
    BITBUCKET_GIT_URL: settings.bitbucketGitUrl,
    BITBUCKET_OAUTH_URL: settings.bitbucketOauthUrl,
  };
}
