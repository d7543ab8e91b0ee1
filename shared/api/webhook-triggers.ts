import type { Integration } from './integration.ts';

/** The triggers to choose on Bitbucket's webhook page, with that page's names. */
export const webhookTriggers: Readonly<Record<Integration['type'], string>> = {
  bitbucket: 'Repository: Push, Updated; Pull request: Created, Updated, Merged, Declined',
  bitbucket_server:
    'Repository: Push, Modified; Pull request: Opened, Source branch updated, Modified, Merged, Declined, Deleted',
};
