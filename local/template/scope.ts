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

const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['AWS::Region', REGION],
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Partition', 'aws'],
  ['AWS::URLSuffix', 'amazonaws.com'],
  ['AWS::StackId', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`],
]);

/** The scope of a template: its resources and the pseudo parameters. */
export interface TemplateScope extends Scope {
  /** Returns a provisioned resource's local identity. */
  identify(logicalId: string): Identity;
}

/** The values of a template's parameters by name. Others have their defaults. */
export type Parameters = Readonly<Record<string, string>>;

/** Assigns each resource its local name, ARN and address. Throws UnsupportedTemplateError. */
export function createScope(template: Template, addresses: Addresses, given: Parameters): TemplateScope {
  const identities = new Map<string, Identity>();
  const localise = createLocaliser(template, addresses);
  const parameters = readParameters(template, given);

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
    localise,
    ref(name, neededBy) {
      return PSEUDO_PARAMETERS.get(name) ?? parameters.get(name) ?? identify(name, neededBy).ref;
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

function readParameters({ Parameters }: Template, given: Parameters): Map<string, string | string[]> {
  const values = Object.entries(Parameters).map(([name, { Type, Default }]) => {
    const value = given[name] ?? Default;
    if (value === undefined) throw new UnsupportedTemplateError(`The parameter ${name} has no value.`);
    return [name, Type === 'CommaDelimitedList' ? value.split(',') : value] as const;
  });
  return new Map(values);
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

/** Replaces the https URLs that templates build from host names: loopback has no TLS, and the API no domain. */
function createLocaliser(template: Template, addresses: Addresses): Scope['localise'] {
  const apiHosts = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api')
    .map(([logicalId]) => RESOURCE_TYPES['AWS::ApiGatewayV2::Api']?.identify(logicalId, addresses).ref)
    .map((id) => `https://${id}.execute-api.${REGION}.amazonaws.com`);
  return (text) => {
    const local = text.replaceAll(`https://${addresses.sitesHost}`, `http://${addresses.sitesHost}`);
    return apiHosts.reduce((result, host) => result.replaceAll(host, addresses.api), local);
  };
}
