import {
  BatchGetBuildsCommand,
  type Build,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';

/** Pages of 100 builds: more than can start between two attempts at one activity. */
const mostPages = 10;

/** Tolerance for the clock of S3, which has whole seconds only. */
const slackMs = 60_000;

/** The id of an activity's newest build started after `after`; null when none exists. */
export async function findBuild(
  codebuild: CodeBuildClient,
  projectName: string,
  activity: string,
  after: Date,
): Promise<string | null> {
  const isOlder = ({ startTime }: Build) =>
    startTime !== undefined && startTime.getTime() < after.getTime() - slackMs;
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await codebuild.send(
      new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING', nextToken }),
    );
    const { ids = [] } = listed;
    if (ids.length === 0) return null;
    const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids }));
    const own = new Set(builds.filter((build) => isOf(build, activity)).map(({ id }) => id));
    const newest = ids.find((id) => own.has(id));
    if (newest !== undefined) return newest;
    nextToken = listed.nextToken;
    if (nextToken === undefined || builds.some(isOlder)) return null;
  }
  return null;
}

function isOf({ environment }: Build, activity: string): boolean {
  const variables = environment?.environmentVariables ?? [];
  return variables.some(({ name, value }) => name === 'BOUGH_ACTIVITY' && value === activity);
}
