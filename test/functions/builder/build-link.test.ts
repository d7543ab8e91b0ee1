import { expect, it } from 'vitest';
import { buildLink } from '../../../functions/builder/build-link.ts';
import { withoutAccount } from '../../../shared/domain/values/redact.ts';

const build = 'bough-builder:8745a7a9-c340-456a-9166-edf953571be0';
const shown = 'bough-builder%3A8745a7a9-c340-456a-9166-edf953571be0';
const linkIn = (partition: string, region: string) =>
  buildLink({
    CODEBUILD_BUILD_ARN: `arn:${partition}:codebuild:${region}:123456789012:build/${build}`,
    CODEBUILD_LOG_PATH: '8745a7a9-c340-456a-9166-edf953571be0',
  });

it.each([
  ['aws', 'eu-central-1', 'eu-central-1.console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
])("the link to a build in %s leads to the partition's console", (partition, region, host) => {
  expect(linkIn(partition, region)).toBe(
    `https://${host}/codesuite/codebuild/123456789012/projects/bough-builder/build/${shown}/?region=${region}`,
  );
});

it('the link is shown without the account in logs for readers of build statuses', () => {
  expect(withoutAccount(linkIn('aws', 'eu-central-1') ?? '')).toBe(
    `https://eu-central-1.console.aws.amazon.com/codesuite/codebuild/[account]/projects/bough-builder/build/${shown}/?region=eu-central-1`,
  );
});

it.each([
  ['a log', { CODEBUILD_BUILD_ARN: `arn:aws:codebuild:us-east-1:000000000000:build/${build}` }],
  ['CodeBuild', {}],
  [
    'a console that is known',
    { CODEBUILD_BUILD_ARN: `arn:aws-iso:codebuild:us-iso-east-1:1:build/${build}`, CODEBUILD_LOG_PATH: 'x' },
  ],
])('there is no link without %s', (_, variables) => {
  expect(buildLink(variables)).toBeNull();
});
