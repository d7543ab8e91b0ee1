import type { Project as Resource } from '../../../shared/api/project.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { explainDeletion } from '../../../shared/domain/projects/delete-project.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { link, projectUrl } from './links.ts';

/** The properties of the deployment that the view of a project contains. */
export interface ProjectSurroundings {
  apiUrl: string;
  /** The AWS region of the deployment. */
  region: string;
  repositoryUrl(integration: Integration): string;
}

/**
 * The view of a project.
 * @param integration the project's integration; null when it has none
 */
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
    // IAM decides about access, so a project has no owner.
    owner: '',
    namespace: null,
    organization: null,
    default_branch: project.default_branch,
    status: statusOf(project),
    timezone: 'UTC',
    region,
    // Bitbucket's repository: Bough has no repository of its own.
    repository: { url: integration ? repositoryUrl(integration) : '', client_ssh_key: null },
    default_domain: null,
    maintenance: null,
    _links: {
      self: link(self),
      environments: link(`${self}/environments`),
      integrations: link(`${self}/integrations`),
      activities: link(`${self}/activities`),
      mirror: link(`${self}/mirror`),
      variables: link(`${self}/variables`),
      ...(project.deletion ? {} : { '#edit': link(self) }),
      // Deleting again retries a deletion that could not finish.
      '#delete': link(self),
    },
  };
}

function statusOf(project: Project): Resource['status'] {
  const deleting = explainDeletion(project);
  return deleting === null ? { code: 'active', message: 'ok' } : { code: 'deleting', message: deleting };
}
