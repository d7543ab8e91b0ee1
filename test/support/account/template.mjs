// Resolves a CloudFormation template: parameters, `Ref`, `Fn::Sub` and `Fn::GetAtt`, in the abbreviated form of YAML.
import { createRequire } from 'node:module';
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

/** Errors of the CDK's validator. */
export function errorsIn(text) {
  const cdk = createRequire(import.meta.url).resolve('aws-cdk-lib/package.json');
  const { CompositeEngine, TemplateContent } = createRequire(cdk)('@aws/cloudformation-validate');
  const engine = new CompositeEngine();
  const { diagnostics } = engine.validateTemplate(new TemplateContent(text));
  engine.free();
  return diagnostics
    .filter(({ severity }) => severity === 'ERROR' || severity === 'FATAL')
    .map(({ message }) => message);
}

/** Parses a template. */
export const parseTemplate = (text) => parse(text, { customTags: tags });

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
