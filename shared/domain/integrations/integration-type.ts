/** Upsun's names for Bitbucket Cloud and Bitbucket Server (or Data Center). */
export type IntegrationType = 'bitbucket' | 'bitbucket_server';
