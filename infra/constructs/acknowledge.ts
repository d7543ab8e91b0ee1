import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';

/** Documents, by rule, why a construct does not follow a rule of cdk-nag. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** Documents why a grantee may use every resource that matches a pattern. */
export function acknowledgeWildcard(grantee: IGrantable, pattern: string, reason: string): void {
  const { grantPrincipal } = grantee;
  if (!Construct.isConstruct(grantPrincipal)) return;
  acknowledge(grantPrincipal, { [`AwsSolutions-IAM5[Resource::${pattern}]`]: reason });
}

/** The ARN of a construct's resource, in the notation of cdk-nag. */
export function arnOf(construct: IConstruct): string {
  return `<${logicalIdOf(construct)}.Arn>`;
}

/** The logical id of a construct's resource in the template. */
export function logicalIdOf({ node: { defaultChild } }: IConstruct): string {
  if (!CfnElement.isCfnElement(defaultChild))
    throw new TypeError('Only a construct with a resource has a logical id.');
  return Stack.of(defaultChild).getLogicalId(defaultChild);
}
