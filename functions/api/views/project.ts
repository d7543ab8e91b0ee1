import type { Project } from '../../../shared/domain/project.ts';
import { link, projectUrl } from './links.ts';

export function projectView(project: Project, apiUrl: string) {
  const self = projectUrl(apiUrl, project.id);
  return {
    id: project.id,
    created_at: project.created_at,
    updated_at: project.updated_at,
    title: project.title,
    description: '',
    attributes: {},
    default_branch: project.default_branch,
    status: { code: 'active', message: 'ok' },
    timezone: 'UTC',
    default_domain: null,
    _links: {
      self: link(self),
      environments: link(`${self}/environments`),
      integrations: link(`${self}/integrations`),
      activities: link(`${self}/activities`),
      mirror: link(`${self}/mirror`),
    },
  };
}
