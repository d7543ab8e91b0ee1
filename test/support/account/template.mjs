// Resolves a CloudFormation template: parameters, `Ref`, `Fn::Sub` and `Fn::GetAtt`, in the abbreviated form of YAML.
import { parse } from 'yaml';
import { accountId, region } from './account.mjs';

const tags = ['Ref', 'Sub', 'GetAtt'].map((name) => ({
  tag: `!${name}`,
  resolve: (argument) => new Intrinsic(name, argument),
}));

class Intrinsic {
  constructor(name, argument) {
    this.name = name;
    this.argument = argument;
  }
}

/** Parses a template. Throws for a text that is none. */
export function parseTemplate(text) {
  const template = parse(text, { customTags: tags });
  if (typeof template?.Resources === 'object') return template;
  throw new Error('Template format error: At least one Resources member must be defined.');
}

/**
 * Resolves the properties of all resources, and the outputs.
 * @param parameters values by name
 * @param describe returns the attributes that AWS sets for a resource: `Ref` and those of `Fn::GetAtt`
 */
export function resolveTemplate(template, parameters, describe) {
  const pseudo = { 'AWS::Region': region, 'AWS::AccountId': accountId, 'AWS::Partition': 'aws' };
  const resolved = new Map();

  function resource(name) {
    if (!resolved.has(name)) {
      const { Type, Properties = {} } = template.Resources[name];
      const properties = resolve(Properties);
      resolved.set(name, { type: Type, properties, attributes: describe(Type, properties) });
    }
    return resolved.get(name);
  }

  const refer = (name) => parameters[name] ?? pseudo[name] ?? resource(name).attributes.Ref;

  function resolve(value) {
    if (value instanceof Intrinsic) {
      const { name, argument } = value;
      if (name === 'Ref') return refer(argument);
      if (name === 'Sub') return argument.replace(/\$\{([\w:]+)\}/g, (_, inner) => refer(inner));
      const [from, attribute] = argument.split('.');
      return resource(from).attributes[attribute];
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  }

  return {
    resources: Object.fromEntries(Object.keys(template.Resources).map((name) => [name, resource(name)])),
    outputs: Object.entries(template.Outputs ?? {}).map(([OutputKey, { Value }]) => ({
      OutputKey,
      OutputValue: resolve(Value),
    })),
  };
}
