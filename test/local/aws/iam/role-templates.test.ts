import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeployRoles } from '../../../../local/aws/iam/deploy-roles.ts';

const builds = 'arn:aws:iam::000000000000:role/builds';

const template = `
Parameters:
  EnvironmentRoleArn: { Type: String }
  Types: { Type: CommaDelimitedList, Default: 'staging,development' }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: previews
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { AWS: !Ref EnvironmentRoleArn }
            Action: sts:AssumeRole
            Condition: { StringEquals: { aws:PrincipalTag/environment_type: !Ref Types } }
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 's3:*', Resource: !Sub 'arn:aws:s3:::\${AWS::AccountId}/\${!aws:PrincipalTag/project}/*' }
              - { Effect: Allow, Action: iam:GetRole, Resource: !GetAtt Role.Arn }
`;

async function aFile(content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'bough-roles-')), 'roles.yaml');
  await writeFile(path, content);
  return path;
}

describe('A template of deploy roles', () => {
  it('is read as CloudFormation reads it, with builds as the parameter', async () => {
    const { arns, trusting } = await readDeployRoles([await aFile(template)]);
    const [role] = trusting(builds);

    expect(arns).toEqual(['arn:aws:iam::000000000000:role/previews']);
    expect(role?.statements.map(({ Resource }) => Resource)).toEqual([
      ['arn:aws:s3:::000000000000/${aws:PrincipalTag/project}/*'],
      arns,
    ]);
    expect(role?.trusts).toMatchObject([
      {
        principals: [builds],
        statement: {
          Condition: { StringEquals: { 'aws:PrincipalTag/environment_type': ['staging', 'development'] } },
        },
      },
    ]);
  });

  it('is refused by the name of its file or of its parameter', async () => {
    const missing = await aFile(template.replace(", Default: 'staging,development'", ''));

    await expect(readDeployRoles(['/no/such.yaml'])).rejects.toThrow(
      'The template /no/such.yaml of BOUGH_DEPLOY_ROLES cannot be read: Error: ENOENT',
    );
    await expect(readDeployRoles([missing])).rejects.toThrow('The parameter Types has no value.');
  });
});
