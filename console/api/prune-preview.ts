import { queryOptions } from '@tanstack/react-query';
import type { Api } from './client.ts';
import { type IntegrationId, integrationOperations } from './integration-operations.ts';
import { queryKeys } from './query-keys.ts';

/** The changes that a prune would make. The preview reads the whole repository, so it is not polled. */
export function prunePreviewQuery(api: Api, { project, id }: IntegrationId) {
  return queryOptions({
    queryKey: queryKeys.prunePreview(project, id),
    queryFn: () => integrationOperations.previewPrune(api, { project, id }),
    refetchOnWindowFocus: false,
    // An earlier preview would show changes that have been made meanwhile.
    gcTime: 0,
  });
}
