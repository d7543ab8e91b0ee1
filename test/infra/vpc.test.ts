import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, pathOf, readable, resourcesOf, synthesised } from './synthesised.ts';

const inVpc = { vpcId: 'vpc-0a1b2c3d', vpcSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'] };
const { json } = synthesised(inVpc);
const functions = resourcesOf(json, 'AWS::Lambda::Function');
const functionsWhere = (is: (properties: Json) => boolean) =>
  Object.keys(functions).filter((path) => is(functions[path]!));
const placed = functionsWhere(({ VpcConfig }) => VpcConfig !== undefined);

/** The security group, by its path. */
const GROUP = 'Bitbucket/Network';

/** The permissions of a function's role. */
const statementsOf = (path: string): Json[] =>
  resourcesOf(json, 'AWS::IAM::Policy')[`${path}Role/DefaultPolicy`]!['PolicyDocument'].Statement;

describe('a VPC', () => {
  it('has only the functions that call Bitbucket', () => {
    const calling = functionsWhere(({ Environment }) => Environment?.Variables.BITBUCKET_GIT_URL);

    expect(placed).toEqual(calling);
    expect(placed.length).toBeGreaterThan(0);
    for (const project of Object.values(resourcesOf(json, 'AWS::CodeBuild::Project')))
      expect(project).not.toHaveProperty('VpcConfig');
  });

  it.each(placed)('has %s in its subnets, with a security group of the stack', (path) => {
    const { SubnetIds, SecurityGroupIds } = functions[path]!['VpcConfig'];

    expect(SubnetIds).toEqual(inVpc.vpcSubnetIds);
    expect(SecurityGroupIds.map((id: Json) => readable(json, id))).toEqual([GROUP]);
  });

  it('allows all outbound and no inbound traffic', () => {
    expect(resourcesOf(json, 'AWS::EC2::SecurityGroup')).toEqual({
      [GROUP]: {
        GroupDescription: expect.any(String),
        VpcId: inVpc.vpcId,
        SecurityGroupEgress: [expect.objectContaining({ IpProtocol: '-1', CidrIp: '0.0.0.0/0' })],
      },
    });
  });

  it('has an output with the security groups, for Bitbucket’s own rules', () => {
    expect(readable(json, json['Outputs']['SecurityGroupIds'].Value)).toBe(GROUP);
  });

  it('may use existing security groups', () => {
    const vpcSecurityGroupIds = ['sg-0a1b2c3d', 'sg-0a1b2c3e'];
    const { json: given } = synthesised({ ...inVpc, vpcSecurityGroupIds });

    expect(resourcesOf(given, 'AWS::EC2::SecurityGroup')).toEqual({});
    expect(given['Outputs']['SecurityGroupIds'].Value).toBe(vpcSecurityGroupIds.join());
    for (const path of placed) {
      const { VpcConfig } = resourcesOf(given, 'AWS::Lambda::Function')[path]!;
      expect(VpcConfig.SecurityGroupIds).toEqual(vpcSecurityGroupIds);
    }
  });

  it.each(placed)('allows Lambda to create network interfaces for %s, but not its code', (path) => {
    const interfaces = statementsOf(path).filter(({ Action }) => [Action].flat()[0].startsWith('ec2:'));

    expect(interfaces).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        Resource: '*',
        Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } },
      },
    ]);
  });

  it.each(placed)(
    'has %s only while its permissions exist, so that the interfaces are deleted with it',
    (path) => {
      const resources: Json[] = Object.values(json['Resources']);
      const { DependsOn } = resources.find(
        (it) => it['Type'] === 'AWS::Lambda::Function' && pathOf(it) === path,
      )!;
      const before = DependsOn.map((id: string) => pathOf(json['Resources'][id]));

      expect(before).toContain(`${path}Role/DefaultPolicy`);
    },
  );

  it('is optional', () => {
    const { json: without } = synthesised();

    expect(JSON.stringify(without)).not.toMatch(/VpcConfig|AWS::EC2|ec2:/);
    expect(without['Outputs']).not.toHaveProperty('SecurityGroupIds');
  });
});

describe('docs/vpc.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/vpc.md'), 'utf8');
  const endpoints = [...page.matchAll(/^\| `com\.amazonaws\.REGION\.(\w+)`/gm)].map(([, service]) => service);
  // Lambda itself writes logs and traces and creates the interfaces.
  const elsewhere = ['ec2', 'logs', 'xray', 'cloudfront-keyvaluestore'];
  // CloudFront's KeyValueStore is on the internet only: the page says so.

  it('lists an endpoint for each service that its functions may call, and no other', () => {
    const actions = placed.flatMap((path) => statementsOf(path).flatMap(({ Action }) => Action));
    const services = new Set<string>(actions.map((action) => action.split(':')[0]));

    expect(endpoints.sort()).toEqual([...services].filter((it) => !elsewhere.includes(it)).sort());
  });
});
