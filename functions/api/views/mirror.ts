import type { Mirror as Resource } from '../../../shared/api/mirror.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import type { LinkedMirror } from '../../../shared/ports/mirror-links.ts';
import { link, projectUrl } from './links.ts';

/** The view of a project's mirror. Most references are in linked documents: they can be too many for a response. */
export function mirrorView(
  { id, default_branch }: Project,
  repositoryUrl: string | null,
  mirror: LinkedMirror | null,
  apiUrl: string,
): Resource {
  return {
    project: id,
    default_branch,
    repository_url: repositoryUrl,
    bundles: mirror?.bundles ?? [],
    ...(mirror && { changes: mirror.changes }),
    _links: {
      self: link(`${projectUrl(apiUrl, id)}/mirror`),
      ...(mirror && mirror.shards.length > 0 && { shards: mirror.shards.map(link) }),
      ...(mirror?.manifest && { manifest: link(mirror.manifest) }),
    },
  };
}
