import { type Trust, TrustPolicy } from '../../../../local/template/policies.ts';

/** The statements of a trust policy that lets a principal assume the role with tags. */
export function trusting(principal: string): Trust[] {
  return TrustPolicy.parse({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: principal }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
    ],
  });
}
