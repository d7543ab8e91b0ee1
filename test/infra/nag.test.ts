import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { synthesised } from './synthesised.ts';

const settings = { stackName: 'preview', retainData: true, sitesUrl: 'https://preview.example.com' };

describe.each([
  ['the defaults', synthesised().stack],
  ['other settings', synthesised(settings).stack],
])('the stack with %s', (_, stack) => {
  it.each([
    ['AwsSolutions', new AwsSolutionsChecks()],
    ['Serverless', new ServerlessChecks()],
  ])('passes cdk-nag’s pack %s, but for what says at the construct why not', (_, pack) => {
    const findings = pack
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${constructPath}: ${ruleName}`),
      );

    expect(findings).toEqual([]);
  });
});
