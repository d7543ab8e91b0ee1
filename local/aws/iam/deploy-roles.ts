import { readFile } from 'node:fs/promises';
import { InvalidOptionError } from '../../errors.ts';
import { parseTemplate } from '../../template/parse-template.ts';
import { readResources } from '../../template/resources.ts';
import type { RoleRights } from './authorizer.ts';
import { readPrincipals } from './principals.ts';

/** Roles of other stacks that builds may assume. */
export interface DeployRoles {
  /** The value of the setting `deployRoles`. */
  readonly arns: string[];
  /** The roles, with the ARN of the environments' role as the parameter `EnvironmentRoleArn`. */
  trusting(environmentRoleArn: string): readonly RoleRights[];
}

/** These templates have roles only, whose policies name no servers. */
const addresses = { sqs: '', api: '', sitesHost: 'localhost' };

/** Reads the roles of CloudFormation templates. Throws UnsupportedTemplateError, and InvalidOptionError for a file that cannot be read. */
export async function readDeployRoles(paths: readonly string[]): Promise<DeployRoles> {
  const templates = await Promise.all(paths.map(readTemplate));
  const trusting = (EnvironmentRoleArn: string) =>
    templates
      .map((template) => readResources(template, addresses, { EnvironmentRoleArn }))
      .flatMap((resources) => readPrincipals(resources).roles)
      .map((role) => ({ ...role, isForeign: true }));
  return { arns: trusting('arn:aws:iam::000000000000:role/unknown').map(({ arn }) => arn), trusting };
}

async function readTemplate(path: string): Promise<unknown> {
  try {
    return parseTemplate(await readFile(path, 'utf8'));
  } catch (error) {
    throw new InvalidOptionError(
      `The template ${path} of BOUGH_DEPLOY_ROLES cannot be read: ${String(error)}`,
    );
  }
}
