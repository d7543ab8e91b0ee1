import { supportedEvents } from './event-types.ts';
import { releaseOf } from './releases.ts';
import type { Route } from './route.ts';

/** The public operations that report the release and its webhook events. */
export const capabilityRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/capabilities',
    permission: 'none',
    handle: ({ bitbucket }) => ({
      status: 200,
      body: {
        application: 'stash',
        capabilities: { webhooks: `${bitbucket.serverUrl}/rest/webhooks/latest/capabilities` },
      },
    }),
  },
  {
    method: 'GET',
    path: '/webhooks/capabilities',
    permission: 'none',
    handle: ({ bitbucket }) => ({
      status: 200,
      body: { 'application-webhooks': supportedEvents(bitbucket.serverVersion) },
    }),
  },
  {
    method: 'GET',
    path: '/api/application-properties',
    permission: 'none',
    handle: ({ bitbucket }) => {
      const { version, buildNumber } = releaseOf(bitbucket.serverVersion);
      const body = { version, buildNumber, buildDate: '1700000000000', displayName: 'Bitbucket' };
      return { status: 200, body };
    },
  },
];
