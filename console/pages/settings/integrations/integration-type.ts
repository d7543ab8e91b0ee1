import type { Integration } from '../../../../shared/api/integration.ts';

/** A kind of Bitbucket. */
export type IntegrationType = Integration['type'];

/** The kinds of Bitbucket, as the cards show them. */
export const integrationTypes: readonly { type: IntegrationType; title: string; description: string }[] = [
  {
    type: 'bitbucket',
    title: 'Bitbucket',
    description: 'A repository on bitbucket.org, read with an OAuth consumer of its workspace.',
  },
  {
    type: 'bitbucket_server',
    title: 'Bitbucket server',
    description: 'A repository on a Bitbucket Server or Data Center of your own, read with an access token.',
  },
];

/** True for a kind of Bitbucket. */
export function isIntegrationType(text: string): text is IntegrationType {
  return integrationTypes.some(({ type }) => type === text);
}

/** The name of a kind of Bitbucket. */
export function titleOfType(type: IntegrationType): string {
  return type === 'bitbucket' ? 'Bitbucket' : 'Bitbucket server';
}

/** The repository in the form `owner/name`. */
export function repositoryOf(integration: Integration): string {
  return integration.type === 'bitbucket'
    ? integration.repository
    : `${integration.project}/${integration.repository}`;
}
