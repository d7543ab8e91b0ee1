import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accessKeyOf, createAuthorizer } from '../../../../local/aws/iam/authorizer.ts';
import { readPrincipals } from '../../../../local/aws/iam/principals.ts';
import { parseTemplate } from '../../../../local/template/parse-template.ts';
import { readResources } from '../../../../local/template/resources.ts';
import { root } from '../../../support/pages.ts';

const parameters = { EnvironmentRoleArn: 'arn:aws:iam::000000000000:role/builds', Project: 'aaaaaaaaaaaaa' };
const addresses = { sqs: '', api: '', sitesHost: 'localhost' };
const all = { Effect: 'Allow' as const, Action: ['*'], Resource: ['*'] };

const own = { project: 'aaaaaaaaaaaaa', environment: 'pr-7-x' };
const main = { project: 'aaaaaaaaaaaaa', environment: 'main-y' };
const nameOf = ({ project, environment }: typeof own) => `app-${project}-${environment}`;
const tableOf = (of: typeof own) => `arn:aws:dynamodb:us-east-1:000000000000:table/${nameOf(of)}`;
const logOf = (of: typeof own) =>
  `arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/${nameOf(of)}:log-stream:1`;

/** The role that a script may make for its function: with any right below the boundary, and open to another account. */
const roleOfTheScript = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: nameOf(own),
    PermissionsBoundary: { Ref: 'Boundary' },
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
        },
      ],
    },
    Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [all] } }],
  },
};

/** A role of the other account. */
const foreign = {
  arn: 'arn:aws:iam::111111111111:role/foreign',
  statements: [{ ...all, Condition: { StringEquals: {}, StringLike: {} } }],
  boundary: undefined,
  trusts: [],
};

/** Returns whether the script's role may make a call in an example's account. A session's tags stand for the role's, and replace them. */
function session(example: string, tags: typeof own) {
  const setup = readFileSync(join(root, 'examples', example, '.bough/setup.yaml'), 'utf8');
  const script = JSON.stringify(roleOfTheScript);
  const template = parseTemplate(setup.replace(/^Outputs:/m, `  RoleOfTheScript: ${script}\n\nOutputs:`));
  const { roles } = readPrincipals(readResources(template, addresses, parameters));
  const authorizer = createAuthorizer();
  authorizer.register({ principals: [{ name: 'foreign', role: foreign }], roles });
  const role = `arn:aws:iam::000000000000:role/${nameOf(own)}`;
  const key = authorizer.assume(accessKeyOf('foreign'), role, { tags, transitive: [] });
  return (action: string, resource: string) => authorizer.allows(key, { action, resource });
}

describe.each(['cdk-api', 'sam-api', 'terraform'])('The boundary of examples/%s', (example) => {
  it.each([
    ['its items', 'dynamodb:PutItem', tableOf(own)],
    ['its table', 'dynamodb:Scan', tableOf(own)],
    ['its indexes', 'dynamodb:Query', `${tableOf(own)}/index/by-date`],
    ['its log', 'logs:PutLogEvents', logOf(own)],
  ])('lets the role of an environment reach %s', (_, action, resource) => {
    expect(session(example, own)(action, resource)).toBe(true);
  });

  it.each([
    ['items', 'dynamodb:GetItem', tableOf(main)],
    ['table', 'dynamodb:Scan', tableOf(main)],
    ['indexes', 'dynamodb:Query', `${tableOf(main)}/index/by-date`],
    ['log', 'logs:PutLogEvents', logOf(main)],
  ])('keeps the %s of main from a session whose tags say main', (_, action, resource) => {
    expect(session(example, main)(action, resource)).toBe(false);
    expect(session(example, own)(action, resource)).toBe(false);
  });

  it('gives a session with the tag of another project nothing of it', () => {
    const blog = { project: 'bbbbbbbbbbbbb', environment: 'pr-7-x' };

    expect(session(example, blog)('dynamodb:Scan', tableOf(blog))).toBe(false);
  });
});
