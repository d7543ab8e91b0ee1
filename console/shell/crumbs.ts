import { foreignText } from '../components/foreign.tsx';
import type { Route } from './routes.ts';

/** A page that contains the shown page. */
export interface Crumb {
  readonly text: string;
  readonly to: Route;
}

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

/** The title of a tab: the page and its project, so that tabs of two projects differ. */
export function tabTitleOf(title: string, crumbs: readonly Crumb[]): string {
  const [, project] = crumbs;
  const own = crumbs.at(-1)?.text ?? title;
  return [...new Set([own, project?.text ?? own, 'Bough'])].map(foreignText).join(' · ');
}
