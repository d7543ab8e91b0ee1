import { createHash } from 'node:crypto';
import { type Environment, shownStatus } from '../../../shared/domain/environment.ts';
import { machineName } from '../../../shared/domain/names.ts';
import type { Project } from '../../../shared/domain/project.ts';
import { environmentUrl, link } from './links.ts';

/** Where the view's links and host names lead. */
export interface Urls {
  apiUrl: string;
  sitesUrl: string;
}

export function environmentView(environment: Environment, project: Project, urls: Urls) {
  const self = environmentUrl(urls.apiUrl, environment.project, environment.id);
  const status = shownStatus(environment);
  return {
    id: environment.id,
    name: environment.id,
    machine_name: machineNameOf(environment),
    created_at: environment.created_at,
    updated_at: environment.updated_at,
    title: environment.title,
    attributes: {},
    type: environment.type,
    parent: environment.parent,
    project: environment.project,
    status,
    is_dirty: status === 'dirty',
    is_main: isMain(environment, project),
    is_pr: environment.pull_request !== null,
    fork: environment.pull_request?.fork?.repository ?? null,
    has_remote: environment.has_remote,
    has_code: environment.head_commit !== null,
    head_commit: environment.head_commit,
    merge_info: {
      commits_ahead: null,
      commits_behind: null,
      parent_ref: environment.parent === null ? null : `refs/heads/${environment.parent}`,
    },
    has_deployment: environment.deployment !== null,
    deployment_target: 'local',
    default_domain: null,
    has_domains: false,
    edge_hostname: new URL(urls.sitesUrl).host,
    has_staged_activities: false,
    _links: {
      self: link(self),
      activities: link(`${self}/activities`),
      ...(environment.deployment ? { '#current-deployment': link(`${self}/deployments/current`) } : {}),
    },
  };
}

export function machineNameOf(environment: Environment): string {
  return machineName(environment.id, (text) => createHash('sha256').update(text).digest());
}

export function isMain(environment: Environment, project: Project): boolean {
  return environment.id === project.default_branch && environment.pull_request === null;
}
