/** What Bough calls the two Bitbuckets, Cloud and Server (or Data Center), as Upsun does. */
export type IntegrationType = 'bitbucket' | 'bitbucket_server';
