import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS } from './configurations.ts';
import { synthesised } from './synthesised.ts';

describe.each(Object.entries(CONFIGURATIONS))('the stack with %s', (_, settings) => {
  const { stack } = synthesised(settings);

  it.each([
    ['AwsSolutions', new AwsSolutionsChecks()],
    ['Serverless', new ServerlessChecks()],
  ])('passes cdk-nag’s pack %s, except for acknowledged findings', (_, pack) => {
    const findings = pack
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${constructPath}: ${ruleName}`),
      );

    expect(findings).toEqual([]);
  });
});
