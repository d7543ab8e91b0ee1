import * as z from 'zod';
import { lambdaProblems } from '../aws/codebuild/lambda-compute.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const whole = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);

// Properties as CloudFormation documents them, limited to those that the local stack uses.

/** Properties of `AWS::DynamoDB::Table`. */
export const TableProperties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).default('ALL'),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .default([]),
});
/** Properties of a DynamoDB table. */
export type TableProperties = z.infer<typeof TableProperties>;

/** Properties of `AWS::SQS::Queue`. Times in seconds. */
export const QueueProperties = z.object({
  VisibilityTimeout: whole.optional(),
  MessageRetentionPeriod: whole.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: whole }).optional(),
});
/** Properties of an SQS queue. */
export type QueueProperties = z.infer<typeof QueueProperties>;

/** Properties of `AWS::KMS::Alias`. */
export const AliasProperties = z.object({ TargetKeyId: z.string() });

/** Properties of `AWS::Lambda::Function`. */
export const FunctionProperties = z.object({
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs\d+\.x$/, 'only runtimes of Node are emulated'),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), text).default({}) }).default({ Variables: {} }),
  Role: z.string().optional(),
  /** Seconds. */
  Timeout: whole.default(3),
  /** MiB. */
  MemorySize: whole.default(128),
});

/** Properties of `AWS::Lambda::EventSourceMapping`. */
export const MappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: whole.default(10),
  MaximumBatchingWindowInSeconds: z.undefined('batching windows are not emulated').optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: whole.default(5) }).default({ MaximumConcurrency: 5 }),
  FilterCriteria: z.undefined('filters are not emulated: filter in the function').optional(),
});

/** Properties of `AWS::ApiGatewayV2::Route`. */
export const RouteProperties = z.object({
  RouteKey: z.string(),
  Target: z.string().regex(/^integrations\//),
  AuthorizationType: z.string().default('NONE'),
});

/** Properties of `AWS::ApiGatewayV2::Integration`. */
export const IntegrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: whole.default(30_000),
});

/** Properties of `AWS::CodeBuild::Project`. */
export const ProjectProperties = z
  .object({
    Source: z.object({ Type: z.literal('S3'), Location: z.string(), BuildSpec: z.string() }),
    Environment: z.object({
      Type: z.string().default('LINUX_CONTAINER'),
      Image: z.string().default('local'),
      ComputeType: z.string().default('BUILD_GENERAL1_SMALL'),
      PrivilegedMode: z.boolean().default(false),
      EnvironmentVariables: z
        .array(
          z.object({
            Name: z.string(),
            Value: text,
            Type: z.literal('PLAINTEXT', 'only PLAINTEXT variables exist locally').default('PLAINTEXT'),
          }),
        )
        .default([]),
    }),
    ServiceRole: z.string().optional(),
    TimeoutInMinutes: whole.optional(),
    QueuedTimeoutInMinutes: whole.optional(),
    VpcConfig: z.unknown().optional(),
    Cache: z.unknown().optional(),
    FileSystemLocations: z.unknown().optional(),
    BadgeEnabled: z.unknown().optional(),
  })
  .superRefine((project, context) => {
    for (const message of lambdaProblems(project)) context.addIssue({ code: 'custom', message });
  });

const NOT_TRANSFORMED = 'inputs of targets are not emulated: a target receives the event';

/** Properties of `AWS::Events::Rule`. */
export const RuleProperties = z.object({
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.string().default('ENABLED'),
  Targets: z.array(
    z.object({
      Arn: z.string(),
      Input: z.undefined(NOT_TRANSFORMED).optional(),
      InputPath: z.undefined(NOT_TRANSFORMED).optional(),
      InputTransformer: z.undefined(NOT_TRANSFORMED).optional(),
    }),
  ),
});
/** Properties of an EventBridge rule. */
export type RuleProperties = z.infer<typeof RuleProperties>;

/** Properties of `AWS::Scheduler::Schedule`. The expression is not used: one local clock runs every schedule. */
export const ScheduleProperties = z.object({
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

/** Properties of `AWS::CloudFront::Distribution`. */
export const DistributionProperties = z.object({
  DistributionConfig: z.object({
    Origins: z.array(
      z.object({
        Id: z.string(),
        DomainName: z.string(),
        OriginPath: z.string().default(''),
        OriginCustomHeaders: z
          .array(z.object({ HeaderName: z.string(), HeaderValue: z.string() }))
          .default([]),
      }),
    ),
    OriginGroups: z
      .object({
        Items: z.array(
          z.object({
            FailoverCriteria: z.object({ StatusCodes: z.object({ Items: z.array(whole) }) }),
            Members: z.object({ Items: z.array(z.object({ OriginId: z.string() })) }),
          }),
        ),
      })
      .default({ Items: [] }),
    DefaultCacheBehavior: z
      .object({
        FunctionAssociations: z
          .array(
            z.object({ EventType: z.enum(['viewer-request', 'viewer-response']), FunctionARN: z.string() }),
          )
          .default([]),
      })
      .default({ FunctionAssociations: [] }),
  }),
});

/** Properties of `AWS::CloudFront::Function`. */
export const ViewerFunctionProperties = z.object({
  FunctionCode: z.string(),
  FunctionConfig: z
    .object({
      KeyValueStoreAssociations: z.array(z.object({ KeyValueStoreARN: z.string() })).default([]),
    })
    .default({ KeyValueStoreAssociations: [] }),
});

/** Schema for types whose properties the local stack does not use. */
export const NoProperties = z.object({});
