import * as z from 'zod';
import { resolveValue, type Scope } from '../../../../../local/template/intrinsics.ts';
import { ACCOUNT, arn, REGION } from '../../../../../local/template/resource-types.ts';
import { Template } from '../../../../../local/template/template.ts';
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

const Deployable = Template.extend({
  Resources: z.record(
    z.string(),
    Template.shape.Resources.valueType.extend({ DeletionPolicy: z.unknown().optional() }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

/** The properties of a template's resources and its outputs, without intrinsic functions. */
export interface Resolved {
  readonly resources: Readonly<Record<string, { type: string; properties: Record<string, unknown> }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The logical ids of resources that outlive the stack. */
  readonly retained: string[];
  /** The name of a resource. */
  nameOf(logicalId: string): string;
}

interface Names {
  readonly stack: string;
  /** The address of functions. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Resolves a template with the names that CloudFormation would give. */
export function resolveTemplate(template: unknown, { stack, url, parameters }: Names): Resolved {
  const { Resources, Outputs, Parameters } = Deployable.parse(template);
  const values = new Map(
    Object.entries({
      ...readParameters(Parameters, parameters),
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::Partition': 'aws',
      'AWS::StackName': stack,
    }),
  );
  const typeOf = (id: string) => {
    const { Type } = Resources[id] ?? refuse(`Unresolved resource dependencies [${id}] in the template`);
    return types[Type] ?? refuse(`The stand-in has no resources of the type ${Type}, as ${id} is.`);
  };
  const nameOf = (id: string) => {
    const given = resolveValue(Resources[id]?.Properties[typeOf(id).name], scope, id);
    return typeof given === 'string' ? given : `${stack}-${id}-STANDIN`;
  };
  const scope: Scope = {
    ref: (name) => values.get(name) ?? nameOf(name),
    attribute: (id, attribute) => {
      if (attribute === 'FunctionUrl') return url;
      return attribute === 'Arn' ? typeOf(id).arn(nameOf(id)) : refuse(`${id} has no attribute ${attribute}`);
    },
    localise: (text) => text,
  };
  const resolveAll = (given: Readonly<Record<string, unknown>>, at: string) =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, resolveValue(value, scope, `${at}.${name}`)]),
    );
  return {
    nameOf,
    resources: Object.fromEntries(
      Object.entries(Resources).map(([id, { Type, Properties }]) => {
        typeOf(id);
        return [id, { type: Type, properties: resolveAll(Properties, id) }];
      }),
    ),
    retained: Object.entries(Resources)
      .filter(([id, { DeletionPolicy }]) => resolveValue(DeletionPolicy, scope, id) === 'Retain')
      .map(([id]) => id),
    outputs: Object.fromEntries(
      Object.entries(Outputs).map(([name, { Value }]) => [name, resolveValue(Value, scope, name)]),
    ),
  };
}

function readParameters(
  declared: z.infer<typeof Deployable>['Parameters'],
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => declared[name] === undefined);
  if (unknown.length > 0) refuse(`Parameters: [${unknown}] do not exist in the template`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, { Default }]) => [
      name,
      given[name] ?? Default ?? refuse(`Parameters: [${name}] must have values`),
    ]),
  );
}
