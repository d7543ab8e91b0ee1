import type { Bitbucket } from '../bitbucket.ts';
import type { BuildStatus, Repository } from '../store/records.ts';

/** The build status of a commit that has this key. */
export function findBuildStatus(
  repository: Repository,
  commit: string,
  key: string,
): BuildStatus | undefined {
  return repository.statuses.find((status) => status.commit === commit && status.key === key);
}

/** The build statuses of a commit; with `refname`, those of this branch or of no branch. */
export function buildStatusesOf(
  repository: Repository,
  commit: string,
  refname: string | null = null,
): BuildStatus[] {
  return repository.statuses
    .filter((status) => status.commit === commit)
    .filter((status) => refname === null || status.refname === null || status.refname === refname);
}

/** Stores a build status and returns it. A status with the same commit and key is replaced. */
export function saveBuildStatus(
  bitbucket: Bitbucket,
  repository: Repository,
  fields: Omit<BuildStatus, 'createdOn' | 'updatedOn'>,
): BuildStatus {
  const now = bitbucket.now().toISOString();
  const previous = findBuildStatus(repository, fields.commit, fields.key);
  const status = { ...fields, createdOn: previous?.createdOn ?? now, updatedOn: now };
  repository.statuses = [...repository.statuses.filter((each) => each !== previous), status];
  bitbucket.store.save(repository);
  return status;
}
