const consoles: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The URL of a build in the AWS console, whose log also has the phases before and after the builder; null when
 * CodeBuild keeps no log. The URL contains the account's id, which log links for readers of build statuses omit.
 */
export function buildLink({
  CODEBUILD_BUILD_ARN: arn = '',
  CODEBUILD_LOG_PATH: hasLog,
}: Record<string, string | undefined>): string | null {
  const [, partition = '', , region, account, resource = '', uuid] = arn.split(':');
  const host = consoles[partition];
  if (!hasLog || !host) return null;
  const project = resource.replace(/^build\//, '');
  const id = encodeURIComponent(`${project}:${uuid}`);
  return `https://${region}.${host}/codesuite/codebuild/${account}/projects/${project}/build/${id}/?region=${region}`;
}
