import { BoughError } from '../errors.ts';

/**
 * A name or an id as one segment of a URL's path, and never more: our credentials go wherever the path leads.
 * @throws BoughError git_host_rejected for `.` and `..`, which are steps in a path however they are written
 */
export function pathSegment(name: string | number): string {
  const segment = encodeURIComponent(name);
  if (!/^\.{1,2}$/.test(segment)) return segment;
  throw new BoughError('git_host_rejected', `Bitbucket has nothing that is called '${segment}'.`, {
    remedy: 'Check the repository name.',
  });
}
