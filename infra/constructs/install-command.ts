import { packageFile, packagePath } from '../../shared/api/command-package.ts';

/**
 * A line for a POSIX shell that downloads the package of the command, signed with the user's AWS credentials, and lets npm
 * install it. The subshell keeps the credentials out of the user's shell.
 */
export function installCommand(apiUrl: string, region: string): string {
  const steps = [
    'eval "$(aws configure export-credentials --format env)"',
    [
      `curl -fsS --aws-sigv4 aws:amz:${region}:execute-api -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`,
      // Credentials of a user have no token. One word, because zsh does not split an expansion.
      `\${AWS_SESSION_TOKEN:+-H"x-amz-security-token: $AWS_SESSION_TOKEN"} -o ${packageFile} ${apiUrl}${packagePath}`,
    ].join(' '),
    `npm install --global ./${packageFile}`,
  ];
  return `(${steps.join(' && ')})`;
}
