import * as z from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const whole = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);

/** Properties as CloudFormation documents them; only those that the local stack acts upon. */
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
export type TableProperties = z.infer<typeof TableProperties>;

export const QueueProperties = z.object({
  FifoQueue: z.boolean().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  VisibilityTimeout: whole.optional(),
  MessageRetentionPeriod: whole.optional(),
  DelaySeconds: whole.optional(),
  MaximumMessageSize: whole.optional(),
  ReceiveMessageWaitTimeSeconds: whole.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: whole }).optional(),
});
export type QueueProperties = z.infer<typeof QueueProperties>;

export const AliasProperties = z.object({ TargetKeyId: z.string() });

export const FunctionProperties = z.object({
  Handler: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), text).default({}) }).default({ Variables: {} }),
  Role: z.string().optional(),
  /** Seconds. */
  Timeout: whole.default(3),
  /** MiB. */
  MemorySize: whole.default(128),
  ReservedConcurrentExecutions: whole.optional(),
});

export const MappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: whole.default(10),
  /** Seconds. */
  MaximumBatchingWindowInSeconds: whole.default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: whole.default(5) }).default({ MaximumConcurrency: 5 }),
  FilterCriteria: z.undefined('filters are not emulated: filter in the function').optional(),
});

export const RouteProperties = z.object({
  RouteKey: z.string(),
  Target: z.string().regex(/^integrations\//),
  AuthorizationType: z.string().default('NONE'),
});

export const IntegrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: whole.default(30_000),
});

export const ProjectProperties = z.object({
  Source: z.object({ Type: z.literal('S3'), Location: z.string(), BuildSpec: z.string() }),
  Environment: z.object({
    Type: z.string().default('LINUX_CONTAINER'),
    Image: z.string().default('local'),
    ComputeType: z.string().default('BUILD_GENERAL1_SMALL'),
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
  TimeoutInMinutes: whole.default(60),
  ConcurrentBuildLimit: whole.optional(),
});

export const RuleProperties = z.object({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z
    .array(
      z.object({
        Arn: z.string(),
        Input: z.string().optional(),
        InputPath: z.string().optional(),
        InputTransformer: z
          .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
          .optional(),
      }),
    )
    .default([]),
});
export type RuleTarget = z.infer<typeof RuleProperties>['Targets'][number];

export const ScheduleProperties = z.object({
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

export const DistributionProperties = z.object({
  DistributionConfig: z.object({
    Origins: z.array(
      z.object({ Id: z.string(), DomainName: z.string(), OriginPath: z.string().default('') }),
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
          .array(z.object({ EventType: z.literal('viewer-request'), FunctionARN: z.string() }))
          .default([]),
      })
      .default({ FunctionAssociations: [] }),
  }),
});

export const ViewerFunctionProperties = z.object({ FunctionCode: z.string() });

export const NoProperties = z.object({});
