import {
  type Deployment,
  type Environment,
  mirrorRef,
  shownStatus,
} from '../../../shared/domain/environment.ts';
import type { Project } from '../../../shared/domain/project.ts';
import type { Route } from '../../../shared/domain/routes.ts';
import { isMain, machineNameOf, type Urls } from './environment.ts';
import { environmentUrl, link, projectUrl } from './links.ts';

export function deploymentView(
  deployment: Deployment,
  environment: Environment,
  project: Project,
  urls: Urls,
) {
  const self = environmentUrl(urls.apiUrl, environment.project, environment.id);
  const name = machineNameOf(environment);
  return {
    id: deployment.id,
    created_at: deployment.created_at,
    updated_at: deployment.created_at,
    fingerprint: deployment.commit,
    deployment_target: 'local',
    project_info: { name: project.id, title: project.title, namespace: null, organization: null },
    environment_info: {
      name,
      status: shownStatus(environment),
      is_main: isMain(environment, project),
      is_production: environment.type === 'production',
      constraints: {},
      reference: mirrorRef(environment),
      machine_name: name,
      environment_type: environment.type,
      links: {},
    },
    routes: Object.fromEntries(deployment.routes.map((route) => [route.url, routeView(route)])),
    services: {},
    webapps: {},
    workers: {},
    _links: {
      self: link(`${self}/deployments/current`),
      environment: link(self),
      project: link(projectUrl(urls.apiUrl, project.id)),
      activity: link(`${projectUrl(urls.apiUrl, project.id)}/activities/${deployment.id}`),
    },
  };
}

function routeView({ url, type, primary, upstream, to }: Route) {
  return {
    url,
    type,
    primary,
    production_url: null,
    attributes: {},
    ...(upstream === undefined ? {} : { upstream }),
    ...(to === undefined ? {} : { to }),
  };
}
