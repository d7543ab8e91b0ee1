import * as z from 'zod';

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** Condition keys whose values the emulators supply. Any other key is refused, because it could only be ignored. */
const KEYS = [
  'kms:EncryptionContext:.+',
  's3:prefix',
  'aws:PrincipalTag/.+',
  'aws:PrincipalArn',
  // Keys of services that are not emulated.
  'aws:RequestTag/.+',
  'iam:.+',
  'secretsmanager:.+',
  'cloudwatch:namespace',
  'lambda:FunctionArn',
  'route53:ChangeResourceRecordSetsNormalizedRecordNames',
];
const Values = z.record(z.string().regex(new RegExp(`^(?:${KEYS.join('|')})$`)), oneOrMore);

/** Strict: an element that is not evaluated must not change a decision unnoticed. */
const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMore,
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z
      .strictObject({
        StringEquals: Values.default({}),
        StringLike: Values.default({}),
        'ForAnyValue:StringLike': Values.optional(),
        /** Matches calls of the Lambda service itself: calls of a function's code carry this key. */
        Null: z.strictObject({ 'lambda:SourceFunctionArn': z.literal('true') }).optional(),
      })
      .default({ StringEquals: {}, StringLike: {} }),
  })
  .refine(
    ({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined),
    'either Resource or NotResource',
  );
/** One statement of a policy, with lists for single values. */
export type Statement = z.infer<typeof Statement>;

const PolicyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Statement: z.array(Statement),
});

/** One statement of a role's trust policy: the principals, and their calls to STS under its conditions. */
export interface Trust {
  readonly principals: readonly string[];
  readonly statement: Statement;
}

/** A role's trust policy, without the statements for AWS services, which do not call STS here. */
export const TrustPolicy = z
  .object({
    Statement: z.array(
      z.object({
        Effect: z.string(),
        Principal: z.object({ AWS: oneOrMore.default([]) }),
        Action: oneOrMore,
        Condition: z.unknown().optional(),
      }),
    ),
  })
  .transform(({ Statement: statements }): Trust[] =>
    statements
      .filter(({ Principal }) => Principal.AWS.length > 0)
      .map(({ Principal, ...rest }) => ({
        principals: Principal.AWS,
        statement: Statement.parse({ ...rest, Resource: '*' }),
      })),
  );

/** Properties of `AWS::IAM::Policy`. */
export const PolicyProperties = z.object({
  PolicyDocument,
  Roles: z.array(z.string()).default([]),
});

const InlinePolicy = z.object({ PolicyName: z.string(), PolicyDocument });

/** Properties of `AWS::IAM::Role`. */
export const RoleProperties = z.object({
  /** Only AWSLambdaBasicExecutionRole, whose single permission is to write logs. */
  ManagedPolicyArns: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/,
          'other managed policies are not emulated: write the statements into the role',
        ),
    )
    .default([]),
  /** ARN of a managed policy in the template. */
  PermissionsBoundary: z.string().optional(),
  AssumeRolePolicyDocument: TrustPolicy.default([]),
  Policies: z.array(InlinePolicy).default([]),
});

/** Properties of `AWS::IAM::ManagedPolicy`. */
export const ManagedPolicyProperties = z.object({ PolicyDocument });
