import type { ServerVersion } from '../bitbucket.ts';

interface Release {
  readonly version: string;
  readonly buildNumber: string;
}

const RELEASES: Record<ServerVersion, Release> = {
  '9.4': { version: '9.4.0', buildNumber: '9004000' },
  old: { version: '6.10.0', buildNumber: '6010000' },
};

/** The version and build number that a server reports. */
export function releaseOf(version: ServerVersion): Release {
  return RELEASES[version];
}
