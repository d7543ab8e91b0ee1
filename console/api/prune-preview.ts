import { queryOptions } from '@tanstack/react-query';
import type { Api } from './client.ts';
import { type IntegrationId, integrationOperations } from './integration-operations.ts';

/** The changes that a prune would make. The preview reads the whole repository, so it is not polled. */
export function prunePreviewQuery(api: Api, { project, id }: IntegrationId) {
  return queryOptions({
    queryKey: ['projects', project, 'integrations', id, 'prune'],
    queryFn: () => integrationOperations.previewPrune(api, { project, id }),
    refetchOnWindowFocus: false,
  });
}
