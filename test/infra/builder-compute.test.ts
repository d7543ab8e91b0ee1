import { describe, expect, it } from 'vitest';
import { BUILDER_SIZES, SIZES } from '../../infra/builder-compute.ts';
import { readSettings } from '../../infra/settings.ts';

const computeOf = (given: Record<string, unknown>, region?: string) => {
  const { builderCompute, builderTimeoutMinutes } = readSettings(given, region);
  return [builderCompute, builderTimeoutMinutes];
};

describe('the compute of builds', () => {
  it('is Lambda, for at most 14 minutes, in a region that has it', () => {
    expect(computeOf({}, 'eu-west-1')).toEqual(['lambda', 14]);
    expect(computeOf({ builderArchitecture: 'x86_64', builderSize: 'medium' }, 'us-east-1')).toEqual([
      'lambda',
      14,
    ]);
    expect(computeOf({ builderTimeoutMinutes: '10' }, 'us-east-1')).toEqual(['lambda', 10]);
    expect(computeOf({ vpcId: 'vpc-0a1b2c3d', vpcSubnetIds: 'subnet-0a1b2c3d' }, 'us-east-1')).toEqual([
      'lambda',
      14,
    ]);
  });

  it.each([
    ['in a region without Lambda compute', {}, 'eu-north-1', 30],
    ['in a region that is not known', {}, undefined, 30],
    ['for an image', { builderImage: 'node:22' }, 'eu-west-1', 30],
    ['for Docker', { builderPrivileged: 'true' }, 'eu-west-1', 30],
    ['for a size that Lambda compute lacks', { builderSize: 'large' }, 'eu-west-1', 30],
    ['for longer builds', { builderTimeoutMinutes: '15' }, 'eu-west-1', 15],
    ['when it is set', { builderCompute: 'container' }, 'eu-west-1', 30],
  ])('is a container %s', (_, given, region, minutes) => {
    expect(computeOf(given, region)).toEqual(['container', minutes]);
  });

  it('is Lambda when it is set, also where AWS did not name it', () => {
    expect(computeOf({ builderCompute: 'lambda' }, 'eu-north-1')).toEqual(['lambda', 14]);
    expect(computeOf({ builderCompute: 'lambda', builderSize: 'nano' })).toEqual(['lambda', 14]);
  });

  it.each([
    [
      { builderPrivileged: true },
      'The settings builderCompute=lambda and builderPrivileged=true contradict each other: Lambda compute has no Docker. Set builderCompute=container, or change the other setting.',
    ],
    [
      { builderImage: 'node:22' },
      'builderImage=node:22 contradict each other: builds on Lambda compute run in an image of CodeBuild for Node.js.',
    ],
    [
      { builderSize: 'xlarge' },
      'builderSize=xlarge contradict each other: Lambda compute has nano, micro, small and medium.',
    ],
    [
      { builderTimeoutMinutes: 30 },
      'builderTimeoutMinutes=30 contradict each other: builds on Lambda compute take at most 14 minutes.',
    ],
  ])('does not contradict %j', (given, problem) => {
    expect(() => readSettings({ builderCompute: 'lambda', ...given }, 'eu-west-1')).toThrow(problem);
  });

  it.each([
    [{}, 'eu-north-1', 'AWS names no Lambda compute in eu-north-1'],
    [{}, undefined, 'the region of the deployment is unknown'],
    [{ builderCompute: 'container' }, 'eu-west-1', 'builderCompute=container'],
    [{ builderPrivileged: true }, 'eu-west-1', 'builderPrivileged=true, and Lambda compute has no Docker'],
  ])('must have the size of the settings: %j in %s', (given, region, reason) => {
    expect(() => readSettings({ builderSize: 'nano', ...given }, region)).toThrow(
      `The setting builderSize=nano requires Lambda compute, and builds run in containers: ${reason}. Set one of the sizes small, medium, large and xlarge, or builderCompute=lambda.`,
    );
  });

  it('has sizes in the order of all sizes', () => {
    for (const sizes of Object.values(SIZES)) {
      expect(BUILDER_SIZES.filter((size) => sizes.some((one) => one === size))).toEqual(sizes);
    }
  });
});
