import type { Project as Resource } from '../../../shared/api/project.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { explainDeletion } from '../../../shared/domain/projects/delete-project.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { link, projectUrl } from './links.ts';

/** What a project's view is made with beside it. */
export interface ProjectSurroundings {
  apiUrl: string;
  /** The AWS region that everything is in. */
  region: string;
  repositoryUrl(integration: Integration): string;
}

/** @param integration the project's; null before there is one */
export function projectView(
  project: Project,
  integration: Integration | null,
  { apiUrl, region, repositoryUrl }: ProjectSurroundings,
): Resource {
  const self = projectUrl(apiUrl, project.id);
  return {
    id: project.id,
    created_at: project.created_at,
    updated_at: project.updated_at,
    title: project.title,
    description: '',
    attributes: {},
    // Who may do what is for IAM to say.
    owner: '',
    namespace: null,
    organization: null,
    default_branch: project.default_branch,
    status: statusOf(project),
    timezone: 'UTC',
    region,
    /** Where pushes belong: Bough keeps no repository of its own. */
    repository: { url: integration ? repositoryUrl(integration) : '', client_ssh_key: null },
    default_domain: null,
    maintenance: null,
    _links: {
      self: link(self),
      environments: link(`${self}/environments`),
      integrations: link(`${self}/integrations`),
      activities: link(`${self}/activities`),
      mirror: link(`${self}/mirror`),
      ...(project.deletion ? {} : { '#edit': link(self) }),
      // Once more, for what stood in the way the first time.
      '#delete': link(self),
    },
  };
}

function statusOf(project: Project): Resource['status'] {
  const deleting = explainDeletion(project);
  return deleting === null ? { code: 'active', message: 'ok' } : { code: 'deleting', message: deleting };
}
