import * as z from 'zod';

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** The keys that the emulators know the values of. One that they do not know could only be ignored. */
const KEYS = [
  'kms:EncryptionContext:.+',
  's3:prefix',
  // Of services that nothing on this machine calls.
  'cloudwatch:namespace',
  'lambda:FunctionArn',
  'route53:ChangeResourceRecordSetsNormalizedRecordNames',
];
const Values = z.record(z.string().regex(new RegExp(`^(?:${KEYS.join('|')})$`)), oneOrMore);

/** Strict: what is not understood must not be taken for a permission, or for none. */
const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z
      .strictObject({
        StringEquals: Values.default({}),
        StringLike: Values.default({}),
        'ForAnyValue:StringLike': Values.optional(),
        /** For Lambda itself: a call that a function's code makes names its source. */
        Null: z.strictObject({ 'lambda:SourceFunctionArn': z.literal('true') }).optional(),
      })
      .default({ StringEquals: {}, StringLike: {} }),
  })
  .refine(
    ({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined),
    'either Action or NotAction',
  )
  .refine(
    ({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined),
    'either Resource or NotResource',
  );
export type Statement = z.infer<typeof Statement>;

const PolicyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Statement: z.array(Statement),
});

export const PolicyProperties = z.object({
  PolicyDocument,
  Roles: z.array(z.string()).default([]),
});

export const RoleProperties = z.object({
  Policies: z.array(z.object({ PolicyDocument })).default([]),
  /** Of those that AWS manages, the one that only lets write logs. */
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
  /** The ARN of a managed policy of the template. */
  PermissionsBoundary: z.string().optional(),
  AssumeRolePolicyDocument: z
    .object({ Statement: z.array(z.object({ Principal: z.object({ AWS: oneOrMore.default([]) }) })) })
    .default({ Statement: [] }),
});

export const ManagedPolicyProperties = z.object({ PolicyDocument });
