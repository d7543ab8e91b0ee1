import type { BuildVariable } from '../../shared/domain/variables/variable.ts';
import type { Job } from './job.ts';

/** The credentials of a build, and the permit that it exchanged for them. The id of the access key is no secret, and helps to find a build in CloudTrail. */
const secretNames = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'BOUGH_PERMIT'];

/** The secrets of a build itself, in the form of sensitive variables, so that the log hides them too. */
export function ownSecrets(
  { BOUGH_PERMIT }: Job,
  environment: Readonly<Record<string, string | undefined>>,
): BuildVariable[] {
  const values: Record<string, string | undefined> = { ...environment, BOUGH_PERMIT };
  return secretNames.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ name, value, is_json: false, is_sensitive: true }];
  });
}
