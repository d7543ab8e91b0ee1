import { resolveValue, type Scope } from '../../../../../local/template/intrinsics.ts';
import { ACCOUNT, arn, REGION } from '../../../../../local/template/resource-types.ts';
import type { Template } from '../../../../../local/template/template.ts';
import { refuse } from './refuse.ts';

interface ResourceType {
  /** The property with the name. */
  readonly name: string;
  readonly arn: (name: string) => string;
}

const iam = (kind: string) => (name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;

/** The types of the examples. Others are refused, because they would not be deployed. */
const types: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': { name: 'TableName', arn: (name) => arn('dynamodb', `table/${name}`) },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', arn: (name) => arn('logs', `log-group:${name}:*`) },
  'AWS::IAM::Role': { name: 'RoleName', arn: iam('role') },
  'AWS::IAM::Policy': { name: 'PolicyName', arn: iam('policy') },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: (name) => arn('lambda', `function:${name}`) },
  'AWS::Lambda::Url': { name: 'TargetFunctionArn', arn: (name) => name },
  'AWS::Lambda::Permission': { name: 'FunctionName', arn: (name) => name },
};

/** The properties of a template's resources and its outputs, without intrinsic functions. */
export interface Resolved {
  readonly resources: Readonly<Record<string, { type: string; properties: Record<string, unknown> }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The name of a resource. */
  nameOf(logicalId: string): string;
}

/** Resolves a template with the names that CloudFormation would give. `url` is the address of functions. */
export function resolveTemplate(
  template: Template,
  outputs: Readonly<Record<string, { Value: unknown }>>,
  { stack, url, parameters }: { stack: string; url: string; parameters: Readonly<Record<string, string>> },
): Resolved {
  const pseudo = new Map(
    Object.entries({
      ...parameters,
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::Partition': 'aws',
      'AWS::StackName': stack,
    }),
  );
  const typeOf = (id: string) => {
    const { Type } =
      template.Resources[id] ?? refuse(`Unresolved resource dependencies [${id}] in the template`);
    return types[Type] ?? refuse(`The stand-in has no resources of the type ${Type}, as ${id} is.`);
  };
  const nameOf = (id: string) => {
    const given = resolveValue(template.Resources[id]?.Properties[typeOf(id).name], scope, id);
    return typeof given === 'string' ? given : `${stack}-${id}-STANDIN`;
  };
  const scope: Scope = {
    ref: (name) => pseudo.get(name) ?? nameOf(name),
    attribute: (id, attribute) => {
      if (attribute === 'FunctionUrl') return url;
      return attribute === 'Arn' ? typeOf(id).arn(nameOf(id)) : refuse(`${id} has no attribute ${attribute}`);
    },
    localise: (text) => text,
  };
  return {
    nameOf,
    resources: Object.fromEntries(
      Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
        typeOf(id);
        const properties = Object.entries(Properties).map(([name, value]) => [
          name,
          resolveValue(value, scope, `${id}.${name}`),
        ]);
        return [id, { type: Type, properties: Object.fromEntries(properties) }];
      }),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { Value }]) => [name, resolveValue(Value, scope, name)]),
    ),
  };
}
