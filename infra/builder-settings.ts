import { mostSessionMinutes, sessionMargin } from '../shared/domain/builds/session-length.ts';
import { generatedPrefix } from './generated-names.ts';

/** The longest time of a build, in minutes: its credentials must outlive it. */
export const longestBuildMinutes = mostSessionMinutes - sessionMargin;

interface BuilderSettings {
  readonly builderImage?: string | undefined;
  readonly builderArchitecture: 'arm64' | 'x86_64';
  readonly deployRoles: readonly string[];
  readonly stackName: string;
}

/** The beginning of the names of CodeBuild's own images. */
const CURATED = 'aws/codebuild/';

/** Whether an image is one of CodeBuild's own, which offers the runtimes of a buildspec. */
export function isCurated(image: string): boolean {
  return image.startsWith(CURATED);
}

/** The conflicts between the settings of builds, one sentence each. */
export function builderProblems(settings: BuilderSettings): string[] {
  return [...imageProblems(settings), ...roleProblems(settings)];
}

function imageProblems({ builderImage: image, builderArchitecture }: BuilderSettings): string[] {
  if (image === undefined || !isCurated(image)) return [];
  if (/windows|macos|lambda/.test(image)) {
    return [
      `The setting builderImage must be a Linux image of CodeBuild for EC2: ${image} runs on other machines.`,
    ];
  }
  const architecture = image.includes('aarch64') ? 'arm64' : 'x86_64';
  if (architecture === builderArchitecture) return [];
  return [
    `The settings builderImage and builderArchitecture do not fit: ${image} runs on ${architecture} only, and builds run on ${builderArchitecture}.`,
  ];
}

/** Builds are denied access to all names that begin like those that CloudFormation generates for the stack. */
function roleProblems({ deployRoles, stackName }: BuilderSettings): string[] {
  const beginning = generatedPrefix(stackName);
  return deployRoles
    .filter((arn) => arn.split(/\/(.*)/)[1]?.startsWith(beginning))
    .map(
      (arn) =>
        `The setting deployRoles must not have ${arn}: builds cannot use names that begin with ${beginning}, which are the stack's own.`,
    );
}
