import { knownEvents } from './event-types.ts';
import { releaseOf } from './releases.ts';
import type { Route } from './route.ts';

/** What a client asks before it relies on something: nobody needs credentials for that. */
export const capabilityRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/capabilities',
    needs: 'nothing',
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
    needs: 'nothing',
    handle: ({ bitbucket }) => ({
      status: 200,
      body: { 'application-webhooks': knownEvents(bitbucket.serverVersion) },
    }),
  },
  {
    method: 'GET',
    path: '/api/application-properties',
    needs: 'nothing',
    handle: ({ bitbucket }) => {
      const { version, buildNumber } = releaseOf(bitbucket.serverVersion);
      const named = { version, buildNumber, buildDate: '1700000000000', displayName: 'Bitbucket' };
      return { status: 200, body: named };
    },
  },
];
