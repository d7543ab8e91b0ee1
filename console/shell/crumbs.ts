import type { Crumb } from './page.tsx';

/** The way to a project's page. */
export function crumbsOfProject(project: string, title: string | undefined): readonly Crumb[] {
  return [
    { text: 'Projects', to: { page: 'projects' } },
    { text: title ?? project, to: { page: 'tree', project } },
  ];
}

/** The way to an environment's page. */
export function crumbsOfEnvironment(
  project: string,
  title: string | undefined,
  environment: string,
): readonly Crumb[] {
  return [
    ...crumbsOfProject(project, title),
    { text: environment, to: { page: 'environment', project, environment } },
  ];
}
