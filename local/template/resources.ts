import * as z from 'zod';
import { UnsupportedTemplateError } from '../errors.ts';
import { resolveValue, Unavailable } from './intrinsics.ts';
import { ManagedPolicyProperties, PolicyProperties, RoleProperties } from './policies.ts';
import { type Addresses, type Identity, RESOURCE_TYPES, reasonToIgnore } from './resource-types.ts';
import * as schemas from './schemas.ts';
import { createScope, type Parameters, type TemplateScope } from './scope.ts';
import { Template } from './template.ts';

/** A resource of the template with its local identity and its resolved properties. */
export interface Resource<T> {
  /** Logical id. */
  readonly id: string;
  /** Value of `Ref`. */
  readonly ref: string;
  /** Empty for types without an ARN. */
  readonly arn: string;
  /** Only the properties that the local stack uses. */
  readonly properties: T;
}

/** The template's resources by type. */
export type Resources = ReturnType<typeof readResources>;

/**
 * Reads the resources that the local stack provisions from a synthesised template.
 * @throws UnsupportedTemplateError with the name of the resource, type or function that is not supported
 */
export function readResources(json: unknown, addresses: Addresses, parameters: Parameters = {}) {
  const template = Template.parse(json);
  refuseUnknownTypes(template);
  const scope = createScope(template, addresses, parameters);
  const read = <T extends z.ZodObject>(schema: T, type: string) => readType(template, scope, type, schema);
  return {
    tables: read(schemas.TableProperties, 'AWS::DynamoDB::Table'),
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
    keyValueStores: read(schemas.NoProperties, 'AWS::CloudFront::KeyValueStore'),
    /** Value of `Ref` by logical id. */
    physical: physicalNames(template, scope),
  };
}

function refuseUnknownTypes(template: Template): void {
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (RESOURCE_TYPES[Type] === undefined && reasonToIgnore(Type) === undefined) {
      throw new UnsupportedTemplateError(
        `${id} is of type ${Type}, which the local stack neither provisions nor ignores.`,
      );
    }
  }
}

function readType<T extends z.ZodObject>(
  template: Template,
  scope: TemplateScope,
  type: string,
  schema: T,
): Resource<z.infer<T>>[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => {
      const identity: Identity = scope.identify(id);
      const properties = readProperties(schema, Properties, scope, `${id} (${type})`);
      return { id, ref: identity.ref, arn: identity.attributes['Arn'] ?? '', properties };
    });
}

/** Resolves only the schema's properties: others may refer to resources that do not exist locally. */
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
