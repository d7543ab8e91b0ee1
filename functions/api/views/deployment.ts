import type { Deployment as Resource, Route as RouteResource } from '../../../shared/api/deployment.ts';
import type { PlacedAccess } from '../../../shared/domain/access/access-of.ts';
import {
  type Deployment,
  type Environment,
  mirrorRef,
  shownStatus,
} from '../../../shared/domain/environments/environment.ts';
import type { Route } from '../../../shared/domain/environments/routes.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';
import { siteAccessView } from './access.ts';
import { isMain, type Urls } from './environment.ts';
import { environmentUrl, link, projectUrl } from './links.ts';

/** The view of an environment's deployment. */
export function deploymentView(
  deployment: Deployment,
  { environment, access }: { environment: Environment; access: PlacedAccess | null },
  project: Project,
  urls: Urls,
): Resource {
  const self = environmentUrl(urls.apiUrl, environment.project, environment.id);
  const name = machineNameOf(environment.id);
  return {
    id: deployment.id,
    created_at: deployment.created_at,
    updated_at: deployment.created_at,
    fingerprint: deployment.commit,
    deployment_target: 'local',
    cluster_name: '',
    project_info: {
      name: project.id,
      title: project.title,
      namespace: null,
      organization: null,
      capabilities: {},
      settings: {},
    },
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
    ...siteAccessView(environment, access),
    vpn: null,
    variables: [],
    access: [],
    container_profiles: {},
    services: {},
    webapps: {},
    workers: {},
    tasks: {},
    // No link to the activity: its record expires long before the deployment ends.
    _links: {
      self: link(`${self}/deployments/current`),
      environment: link(self),
      project: link(projectUrl(urls.apiUrl, project.id)),
    },
  };
}

function routeView({ url, type, primary, upstream = '', to = '' }: Route): RouteResource {
  const common = {
    id: url,
    url,
    primary,
    production_url: null,
    attributes: {},
    tls,
    redirects: { expires: '-1', paths: {} },
  };
  return type === 'redirect' ? { ...common, type, to } : { ...common, type, upstream, ...plain };
}

/** Settings of Upsun's router that Bough does not have. */
const tls = {
  strict_transport_security: { enabled: null, include_subdomains: null, preload: null },
  min_version: null,
  client_authentication: null,
  client_certificate_authorities: [],
};
const plain = {
  cache: { enabled: false, default_ttl: 0, cookies: [], headers: [] },
  ssi: { enabled: false },
  sticky: { enabled: false },
};
