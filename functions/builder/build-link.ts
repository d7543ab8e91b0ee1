const consoles: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * Where operators see a build with its own log, which has what came before the builder and after it; null where no such
 * log is kept. It names the account: whoever follows a build status reads it without.
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
