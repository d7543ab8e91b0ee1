import * as z from 'zod';
import { UnsupportedTemplateError } from '../errors.ts';
import { resolveValue, Unavailable } from './intrinsics.ts';
import { ManagedPolicyProperties, PolicyProperties, RoleProperties } from './policies.ts';
import { type Addresses, type Identity, RESOURCE_TYPES, reasonToIgnore } from './resource-types.ts';
import * as schemas from './schemas.ts';
import { createScope, type TemplateScope } from './scope.ts';
import { Template } from './template.ts';

/** A resource with its local identity and the properties that the local stack acts upon, all expressions evaluated. */
export interface Resource<T> {
  readonly id: string;
  readonly ref: string;
  /** Empty for a type without an ARN. */
  readonly arn: string;
  readonly properties: T;
}

export type Resources = ReturnType<typeof readResources>;

/**
 * Reads what the local stack must provision from a synthesised template.
 * @throws UnsupportedTemplateError naming the resource, type or expression that has no local counterpart
 */
export function readResources(json: unknown, addresses: Addresses) {
  const template = Template.parse(json);
  refuseUnknownTypes(template);
  const scope = createScope(template, addresses);
  const read = <T extends z.ZodObject>(schema: T, ...types: string[]) =>
    readType(template, scope, types, schema);
  return {
    tables: read(schemas.TableProperties, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'),
    queues: read(schemas.QueueProperties, 'AWS::SQS::Queue'),
    buckets: read(schemas.NoProperties, 'AWS::S3::Bucket'),
    keys: read(schemas.NoProperties, 'AWS::KMS::Key'),
    keyAliases: read(schemas.AliasProperties, 'AWS::KMS::Alias'),
    functions: read(schemas.FunctionProperties, 'AWS::Lambda::Function'),
    mappings: read(schemas.MappingProperties, 'AWS::Lambda::EventSourceMapping'),
    apis: read(schemas.NoProperties, 'AWS::ApiGatewayV2::Api'),
    routes: read(schemas.RouteProperties, 'AWS::ApiGatewayV2::Route'),
    integrations: read(schemas.IntegrationProperties, 'AWS::ApiGatewayV2::Integration'),
    projects: read(schemas.ProjectProperties, 'AWS::CodeBuild::Project'),
    rules: read(schemas.RuleProperties, 'AWS::Events::Rule'),
    schedules: read(schemas.ScheduleProperties, 'AWS::Scheduler::Schedule'),
    roles: read(RoleProperties, 'AWS::IAM::Role'),
    policies: read(PolicyProperties, 'AWS::IAM::Policy'),
    managedPolicies: read(ManagedPolicyProperties, 'AWS::IAM::ManagedPolicy'),
    distributions: read(schemas.DistributionProperties, 'AWS::CloudFront::Distribution'),
    viewerFunctions: read(schemas.ViewerFunctionProperties, 'AWS::CloudFront::Function'),
    /** Logical id → what `Ref` yields. */
    physical: physicalNames(template, scope),
  };
}

function refuseUnknownTypes(template: Template): void {
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (RESOURCE_TYPES[Type] === undefined && reasonToIgnore(Type) === undefined) {
      throw new UnsupportedTemplateError(
        `${id} is of type ${Type}, which the local stack neither provisions nor knows how to do without.`,
      );
    }
  }
}

function readType<T extends z.ZodObject>(
  template: Template,
  scope: TemplateScope,
  types: readonly string[],
  schema: T,
): Resource<z.infer<T>>[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([id, { Type, Properties }]) => {
      const identity: Identity = scope.identify(id);
      const properties = readProperties(schema, Properties, scope, `${id} (${Type})`);
      return { id, ref: identity.ref, arn: identity.attributes['Arn'] ?? '', properties };
    });
}

/** What the schema does not ask for may refer to resources that do not exist locally. */
function readProperties<T extends z.ZodObject>(
  schema: T,
  properties: Readonly<Record<string, unknown>>,
  scope: TemplateScope,
  at: string,
): z.infer<T> {
  const wanted = Object.keys(schema.shape).filter((name) => properties[name] !== undefined);
  const resolved = resolveValue(
    Object.fromEntries(wanted.map((name) => [name, properties[name]])),
    scope,
    at,
  );
  const result = schema.safeParse(resolved);
  if (result.success) {
    const missing = findUnavailable(result.data);
    if (missing !== undefined) throw missing.reason;
    return result.data;
  }
  const [issue] = result.error.issues;
  const culprit = issue?.path.reduce(propertyOf, resolved);
  if (culprit instanceof Unavailable) throw culprit.reason;
  throw new UnsupportedTemplateError(`${at} cannot be provisioned locally: ${z.prettifyError(result.error)}`);
}

function propertyOf(value: unknown, key: PropertyKey): unknown {
  const isContainer = typeof value === 'object' && value !== null && !(value instanceof Unavailable);
  return isContainer ? Reflect.get(value, key) : value;
}

function findUnavailable(value: unknown): Unavailable | undefined {
  if (value instanceof Unavailable) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const found = findUnavailable(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function physicalNames(template: Template, scope: TemplateScope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => RESOURCE_TYPES[Type] !== undefined)
      .map(([id]) => [id, scope.identify(id).ref]),
  );
}
