/** The longest build on Lambda compute, in minutes. */
export const lambdaMinutes = 15;

/** The properties of a project that Lambda compute restricts. */
export interface RestrictedProperties {
  readonly Environment: {
    readonly Type: string;
    readonly Image: string;
    readonly ComputeType: string;
    readonly PrivilegedMode: boolean;
  };
  readonly TimeoutInMinutes?: number | undefined;
  readonly QueuedTimeoutInMinutes?: number | undefined;
  readonly VpcConfig?: unknown;
  readonly Cache?: unknown;
  readonly FileSystemLocations?: unknown;
  readonly BadgeEnabled?: unknown;
}

/** Returns true for an environment type of Lambda compute. */
export function isLambda(environmentType: string): boolean {
  return environmentType.endsWith('_LAMBDA_CONTAINER');
}

/**
 * The properties that CodeBuild refuses on Lambda compute, one sentence each; none for a project of another compute:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations
 */
export function lambdaProblems(project: RestrictedProperties): string[] {
  const { Type, Image, ComputeType, PrivilegedMode } = project.Environment;
  if (!isLambda(Type)) return [];
  const refused = [
    'TimeoutInMinutes',
    'QueuedTimeoutInMinutes',
    'VpcConfig',
    'FileSystemLocations',
    'BadgeEnabled',
  ] as const;
  const cache = project.Cache;
  const hasCache =
    typeof cache === 'object' && cache !== null && 'Type' in cache && cache.Type !== 'NO_CACHE';
  return [
    ...refused.filter((name) => project[name]).map((name) => `${Type} does not support ${name}`),
    ...(hasCache ? [`${Type} does not support a cache`] : []),
    ...(PrivilegedMode ? [`${Type} does not support PrivilegedMode`] : []),
    ...(Image.includes('-lambda-') ? [] : [`${Type} does not run the image ${Image}`]),
    ...(ComputeType.startsWith('BUILD_LAMBDA_') ? [] : [`${Type} does not have ${ComputeType}`]),
  ];
}
