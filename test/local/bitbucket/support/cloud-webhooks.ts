import { afterEach, beforeEach, expect } from 'vitest';
import { type ApiResult, at, startWebsite, WEBSITE, type Website } from './bitbucket.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** Events of Cloud that the playground sends, apart from `repo:updated`. */
const EVENTS = [
  'repo:push',
  'pullrequest:created',
  'pullrequest:updated',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
];

/** Cloud's acme/website and a webhook receiver, both new for each test. */
export interface WebhookSetup {
  readonly site: Website;
  readonly receiver: Receiver;
  /** Creates a webhook of the receiver for all events; `fields` replaces fields of the request. */
  subscribe(fields?: Record<string, unknown>): Promise<ApiResult>;
  /** Opens a pull request and returns its path. */
  openPullRequest(branch: string, fields?: Record<string, unknown>): Promise<string>;
  /** The changes of the only delivered push. */
  deliveredChanges(): Promise<unknown[]>;
}

/** Registers hooks that start a website and a receiver before each test and stop them after it. */
export function useWebhooks(): WebhookSetup {
  let site: Website;
  let receiver: Receiver;
  beforeEach(async () => {
    site = await startWebsite();
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await receiver.close();
    await site.end();
  });
  return {
    get site() {
      return site;
    },
    get receiver() {
      return receiver;
    },
    subscribe: (fields = {}) =>
      site.api('POST', `${WEBSITE}/hooks`, {
        url: receiver.url,
        description: 'test',
        events: EVENTS,
        ...fields,
      }),
    async openPullRequest(branch, fields = {}) {
      const { body } = await site.api('POST', `${WEBSITE}/pullrequests`, {
        title: 'A page',
        source: { branch: { name: branch } },
        ...fields,
      });
      return `${WEBSITE}/pullrequests/${at(body, 'id')}`;
    },
    async deliveredChanges() {
      await site.playground.settled();
      const [body, ...more] = receiver.bodies('repo:push');
      expect(more).toEqual([]);
      return at(body, 'push.changes') as unknown[];
    },
  };
}
