import * as z from 'zod';
import { refuse } from './refuse.ts';

const serverless = 'AWS::Serverless-2016-10-31';

const Transformable = z.looseObject({
  Transform: z.union([z.string(), z.array(z.string())]).default([]),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

const ServerlessFunction = z.strictObject({
  FunctionName: z.unknown(),
  Role: z.unknown(),
  CodeUri: z.string(),
  Handler: z.string(),
  Runtime: z.string(),
  Environment: z.unknown(),
  LoggingConfig: z.unknown(),
  FunctionUrlConfig: z.strictObject({ AuthType: z.literal('NONE') }),
});

/**
 * Does the part of SAM's transformation that the example needs: a function with a public URL, its own role and no events.
 * Resources of CloudFormation stay as they are.
 */
export function transformTemplate(template: unknown) {
  const { Transform, Resources, ...rest } = Transformable.parse(template);
  if (![Transform].flat().includes(serverless)) refuse(`The template has no Transform: ${serverless}`);
  const resources = Object.entries(Resources).flatMap(([id, resource]) =>
    resource.Type.startsWith('AWS::Serverless::')
      ? transformFunction(id, resource)
      : [[id, resource] as const],
  );
  return { ...rest, Resources: Object.fromEntries(resources) };
}

function transformFunction(id: string, { Type, Properties }: Record<string, unknown>) {
  if (Type !== 'AWS::Serverless::Function')
    refuse(`The stand-in has no resources of the type ${Type}, as ${id} is.`);
  const { CodeUri, FunctionUrlConfig, ...properties } = ServerlessFunction.parse(Properties);
  const { AuthType } = FunctionUrlConfig;
  const permission = { FunctionName: { Ref: id }, Principal: '*' };
  return [
    [
      id,
      {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...properties,
          Code: { S3Bucket: 'aws-sam-cli-managed-default-samclisourcebucket-1', S3Key: CodeUri },
          Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
        },
      },
    ],
    [`${id}Url`, { Type: 'AWS::Lambda::Url', Properties: { AuthType, TargetFunctionArn: { Ref: id } } }],
    [
      `${id}UrlPublicPermissions`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: { ...permission, Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: AuthType },
      },
    ],
    [
      `${id}URLInvokeAllowPublicAccess`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: { ...permission, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
      },
    ],
  ] as const;
}
