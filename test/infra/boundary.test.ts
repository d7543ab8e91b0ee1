import { describe, expect, it } from 'vitest';
import type { Settings } from '../../infra/settings.ts';
import { accessKeyOf, createAuthorizer } from '../../local/aws/iam/authorizer.ts';
import type { Call } from '../../local/aws/iam/call.ts';
import { ManagedPolicyProperties } from '../../local/template/policies.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { deployed, type Place } from './deployed.ts';
import { on, type Stack, TYPES } from './resource-changes.ts';
import { synthesised } from './synthesised.ts';

/** Whether a script with all permissions may make a call under the boundary of a stack. */
function withEverythingAttached({ resources }: Stack): (call: Call) => boolean {
  const boundaries = resources.filter(({ id }) => id.startsWith('ApiEnvironmentRoleBoundary'));
  expect(boundaries).toHaveLength(1);
  const boundary = ManagedPolicyProperties.parse(boundaries[0]?.properties).PolicyDocument.Statement;
  const everything = ManagedPolicyProperties.parse({
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  }).PolicyDocument.Statement;
  const authorizer = createAuthorizer();
  const role = { arn: 'script', statements: everything, boundary, trusts: [] };
  authorizer.register({ principals: [{ name: 'script', role }], roles: [] });
  return (call) => authorizer.allows(accessKeyOf('script'), call);
}

const somewhere: Place = { stackName: 'bough', partition: 'aws', region: 'eu-central-1' };
/** The longest names of partitions and regions. */
const farAway = [
  { partition: 'aws', region: 'ap-southeast-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
];
const longest = `${'very-'.repeat(12)}long`;

function aStack(settings: Partial<Settings>, place: Partial<Place> = {}): Stack {
  const stackName = place.stackName ?? settings.stackName ?? 'bough';
  return deployed(synthesised({ ...settings, stackName }).json, { ...somewhere, ...place, stackName });
}

function changesTo(stack: Stack): Call[] {
  const itself = ['UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ExecuteChangeSet', 'SetStackPolicy'].map(
    (it) => `cloudformation:${it}`,
  );
  return [
    ...on(stack.stackArn, ...itself),
    ...stack.resources.flatMap((resource) => {
      const changes = TYPES[resource.type];
      return typeof changes === 'function' ? changes(resource, stack) : [];
    }),
  ];
}

const format = ({ action, resource }: Call) => `${action} on ${resource}`;

/** The largest stacks that the settings allow. */
const EVERYTHING: Partial<Settings> = {
  ...CONFIGURATIONS['another stage'],
  ...CONFIGURATIONS['a VPC'],
  sitesDomain: `preview.${'example.'.repeat(6)}com`,
  sitesHostedZoneId: 'Z0123456789ABCDEFGHIJ',
  retainData: false,
};

const stacks = Object.entries({ ...CONFIGURATIONS, everything: EVERYTHING }).flatMap(
  ([name, settings]): [string, Partial<Settings>][] => [
    [name, settings],
    [`${name} and the longest name`, { ...settings, stackName: longest }],
  ],
);

describe('the longest name of a stack', () => {
  it('is the longest that the setting accepts', () => {
    expect(longest).toHaveLength(64);
  });
});

describe.each(stacks)('with %s, the boundary of the environment role', (_, settings) => {
  const stack = aStack(settings);

  it('has the calls that can change each type of resource', () => {
    const unknown = stack.resources.filter(({ type }) => TYPES[type] === undefined);

    expect(unknown.map(({ id, type }) => `${id}: ${type}`)).toEqual([]);
  });

  it('denies every resource regardless of attached policies', () => {
    const may = withEverythingAttached(stack);

    const changes = changesTo(stack);
    expect(changes.length).toBeGreaterThan(500);
    expect(changes.filter(may).map(format)).toEqual([]);
  });

  it.each(farAway)('fits into a managed policy in $region', (place) => {
    const { resources } = aStack(settings, place);
    const policies = resources.filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');

    for (const { id, properties } of policies) {
      expect(JSON.stringify(properties['PolicyDocument']).length, id).toBeLessThanOrEqual(6144);
    }
  });
});

describe('the boundary of the environment role', () => {
  const may = withEverythingAttached(aStack({}));

  /** Calls that are also denied for the script's own resources, because IAM cannot distinguish them. */
  const TO_NOBODY = [
    /^codestar-notifications:CreateNotificationRule /,
    /^cloudtrail:LookupEvents /,
    /^events:(PutRule|UpdateEventBus) /,
    // All stacks of a version share the builder's program.
    /^s3:.+ on arn:aws:s3:::cdk-/,
  ];

  it('does not limit attached policies otherwise', () => {
    const others = changesTo(aStack({ ...CONFIGURATIONS['another stage'], stackName: 'shop' }));

    const closed = others.filter((call) => !may(call)).map(format);
    expect(closed.filter((call) => !TO_NOBODY.some((pattern) => pattern.test(call)))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a rule on a bus of its own', 'events:PutRule', 'arn:aws:events:eu-central-1:123456789012:rule/mine/a'],
    ['an event', 'events:PutEvents', 'arn:aws:events:eu-central-1:123456789012:event-bus/default'],
  ])('allows a script %s', (_, action, resource) => {
    expect(may({ action, resource })).toBe(true);
  });

  it('does not allow a script to read a bucket through an access point', () => {
    const accessPoint = 'arn:aws:s3:eu-central-1:123456789012:accesspoint/mine';
    expect(may({ action: 's3:CreateAccessPoint', resource: accessPoint })).toBe(false);
  });

  it('does not allow a script to write the metrics of the alarms', () => {
    const call = { action: 'cloudwatch:PutMetricData', resource: '*' };
    expect(may({ ...call, context: { 'cloudwatch:namespace': 'Bough/bough' } })).toBe(false);
    expect(may({ ...call, context: { 'cloudwatch:namespace': 'Shop' } })).toBe(true);
  });
});
