import * as z from 'zod';
import { UnsupportedTemplateError } from '../errors.ts';
import { resolveValue, type Scope } from './intrinsics.ts';
import {
  ACCOUNT,
  type Addresses,
  type Identity,
  REGION,
  RESOURCE_TYPES,
  reasonToIgnore,
} from './resource-types.ts';
import type { Template, TemplateResource } from './template.ts';

const PSEUDO_PARAMETERS = new Map<string, unknown>([
  ['AWS::Region', REGION],
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Partition', 'aws'],
  ['AWS::URLSuffix', 'amazonaws.com'],
  ['AWS::StackName', 'local'],
  ['AWS::StackId', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`],
  ['AWS::NotificationARNs', []],
  ['AWS::NoValue', undefined],
]);

export interface TemplateScope extends Scope {
  /** What a provisioned resource is called locally. */
  identify(logicalId: string): Identity;
}

/** Gives every resource of the template its local name, ARN and address. Throws UnsupportedTemplateError. */
export function createScope(template: Template, addresses: Addresses): TemplateScope {
  const identities = new Map<string, Identity>();
  const finish = createFinish(template, addresses);

  function identify(logicalId: string, neededBy?: string): Identity {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = template.Resources[logicalId];
    if (resource === undefined) {
      throw new UnsupportedTemplateError(
        `${neededBy ?? 'The template'} refers to ${logicalId}, which does not exist.`,
      );
    }
    const type = supportedType(logicalId, resource, neededBy);
    const name = type.nameProperty === undefined ? undefined : resource.Properties[type.nameProperty];
    const resolved = resolveValue(name, scope, `${logicalId}.${type.nameProperty}`);
    const identity = type.identify(z.string().default(logicalId).parse(resolved), addresses);
    identities.set(logicalId, identity);
    return identity;
  }

  const scope: TemplateScope = {
    identify,
    finish,
    ref(name, neededBy) {
      if (PSEUDO_PARAMETERS.has(name)) return PSEUDO_PARAMETERS.get(name);
      if (Object.hasOwn(template.Parameters, name)) return parameterDefault(template, name);
      return identify(name, neededBy).ref;
    },
    attribute(resource, name, neededBy) {
      const value = identify(resource, neededBy).attributes[name];
      if (value === undefined) {
        throw new UnsupportedTemplateError(
          `${neededBy} needs ${resource}.${name}, which has no local value.`,
        );
      }
      return value;
    },
  };
  return scope;
}

function supportedType(logicalId: string, resource: TemplateResource, neededBy: string | undefined) {
  const type = RESOURCE_TYPES[resource.Type];
  if (type !== undefined) return type;
  const reason = reasonToIgnore(resource.Type) ?? 'the local stack does not know this type';
  const what = `${logicalId} (${resource.Type}) does not exist locally, because ${reason}`;
  throw new UnsupportedTemplateError(
    neededBy === undefined ? `${what}.` : `${what}; but ${neededBy} needs it.`,
  );
}

function parameterDefault(template: Template, name: string): unknown {
  const value = template.Parameters[name]?.Default;
  if (value === undefined)
    throw new UnsupportedTemplateError(`The template's parameter ${name} has no default.`);
  return value;
}

/** Templates build https URLs around host names; on loopback there is no TLS and an API has no domain of its own. */
function createFinish(template: Template, addresses: Addresses): Scope['finish'] {
  const apiHosts = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api')
    .map(([logicalId]) => RESOURCE_TYPES['AWS::ApiGatewayV2::Api']?.identify(logicalId, addresses).ref)
    .map((id) => `https://${id}.execute-api.${REGION}.amazonaws.com`);
  return (text) => {
    const local = text.replaceAll(`https://${addresses.sitesHost}`, `http://${addresses.sitesHost}`);
    return apiHosts.reduce((result, host) => result.replaceAll(host, addresses.api), local);
  };
}
