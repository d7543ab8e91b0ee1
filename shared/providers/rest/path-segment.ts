import { BoughError } from '../../errors.ts';

/**
 * Encodes a name or an id as exactly one segment of a URL's path: credentials are sent wherever the path leads.
 * @throws BoughError git_host_rejected for `.` and `..`, which URL parsers resolve even when they are encoded
 */
export function pathSegment(name: string | number): string {
  const segment = encodeURIComponent(name);
  if (!/^\.{1,2}$/.test(segment)) return segment;
  throw new BoughError('git_host_rejected', `Bitbucket has no resource named '${segment}'.`, {
    remedy: 'Check the repository name.',
  });
}
