import type { Project } from '../api/resources.ts';
import type { Checkout, Remote } from './checkout.ts';
import { repositoryKey } from './repository-key.ts';

/** A project, and the remote of the checkout that belongs to its repository. */
export interface MatchedProject {
  project: Project;
  remote: Remote;
}

/**
 * The projects whose repository a checkout has as a remote. Matches of `origin` exclude those of other remotes, because a
 * checkout of a fork also has the original.
 */
export function projectsOfCheckout(projects: readonly Project[], checkout: Checkout): MatchedProject[] {
  const found = projects.flatMap((project) => {
    const remote = remoteOf(project, checkout);
    return remote ? [{ project, remote }] : [];
  });
  const ofOrigin = found.filter(({ remote }) => remote.name === 'origin');
  return ofOrigin.length > 0 ? ofOrigin : found;
}

/** The remote of a checkout that belongs to a project's repository, `origin` first; null without one. */
export function remoteOf({ repository }: Pick<Project, 'repository'>, { remotes }: Checkout): Remote | null {
  const key = repositoryKey(repository.url);
  if (key === null) return null;
  const matching = remotes.filter(({ url }) => repositoryKey(url) === key);
  return matching.find(({ name }) => name === 'origin') ?? matching[0] ?? null;
}
