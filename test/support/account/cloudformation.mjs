import { readFileSync } from 'node:fs';
import { accountId, authorise, fail, find, refuse, region, remove, store } from './account.mjs';
import { print, readOptions } from './cli.mjs';
import { repositoryArn } from './ecr.mjs';
import { parseTemplate, resolveTemplate } from './template.mjs';

const stackArn = (name) => `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/1`;
const named = { 'stack-name': 'value!' };
const lambda = (...actions) => actions.map((action) => `lambda:${action}`);
const functionArn = (name) =>
  `arn:aws:lambda:${region}:${accountId}:function:${name.replace(/^arn:.*:/, '')}`;
const logArn = (name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;

/** By type: the attributes that AWS sets, and the calls of CloudFormation with the caller's rights, written by hand. */
const types = {
  'AWS::Lambda::Function': {
    describe: ({ FunctionName }) => ({ Ref: FunctionName, Arn: functionArn(FunctionName) }),
    arn: ({ FunctionName }) => functionArn(FunctionName),
    write: lambda(
      'CreateFunction',
      'TagResource',
      'GetFunction',
      'UpdateFunctionCode',
      'UpdateFunctionConfiguration',
    ),
    delete: lambda('DeleteFunction'),
    check: checkImage,
  },
  'AWS::Lambda::Url': {
    describe: ({ TargetFunctionArn }) => ({
      Ref: functionArn(TargetFunctionArn),
      FunctionUrl: `https://${TargetFunctionArn.replace(/^arn:.*:/, '').replaceAll('-', '')}.lambda-url.${region}.on.aws/`,
    }),
    arn: ({ TargetFunctionArn }) => functionArn(TargetFunctionArn),
    write: lambda('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig', 'GetFunctionUrlConfig'),
    delete: lambda('DeleteFunctionUrlConfig'),
  },
  'AWS::Lambda::Permission': {
    describe: ({ FunctionName }) => ({ Ref: FunctionName }),
    arn: ({ FunctionName }) => functionArn(FunctionName),
    write: lambda('AddPermission', 'GetPolicy'),
    delete: lambda('RemovePermission'),
  },
  'AWS::Logs::LogGroup': {
    describe: ({ LogGroupName }) => ({ Ref: LogGroupName, Arn: logArn(`${LogGroupName}:*`) }),
    arn: ({ LogGroupName }) => logArn(LogGroupName),
    write: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:TagResource'],
    delete: ['logs:DeleteLogGroup'],
  },
};

/** Lambda pulls the image by its repository's policy, which it sets in the caller's name, and takes no index of images. */
function checkImage({ Code: { ImageUri }, Role, Architectures = ['x86_64'] }) {
  const [, name] = /amazonaws\.com\/(.+):/.exec(ImageUri) ?? [];
  for (const action of [
    'BatchGetImage',
    'GetDownloadUrlForLayer',
    'GetRepositoryPolicy',
    'SetRepositoryPolicy',
  ]) {
    authorise('CreateFunction', `ecr:${action}`, repositoryArn(name));
  }
  authorise('CreateFunction', 'iam:PassRole', Role, { 'iam:PassedToService': 'lambda.amazonaws.com' });
  const image = find('images', ImageUri);
  if (!image) return `Source image ${ImageUri} does not exist. Provide a valid source image.`;
  if (image.isIndex)
    return `The image manifest, config or layer media type for the source image ${ImageUri} is not supported.`;
  if (image.architecture !== Architectures[0])
    return `${ImageUri} is not for the architecture ${Architectures[0]}.`;
  return undefined;
}

function deploy(args) {
  const options = readOptions(args, {
    ...named,
    'template-file': 'value!',
    'parameter-overrides': 'list',
    capabilities: 'list',
    'fail-on-empty-changeset': 'flag',
  });
  const name = options['stack-name'];
  const text = readFileSync(options['template-file'], 'utf8');
  authorise('GetTemplateSummary', 'cloudformation:GetTemplateSummary', '*');
  for (const action of ['DescribeStacks', 'CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet']) {
    authorise(action, `cloudformation:${action}`, stackArn(name));
  }
  const template = readTemplate(text);
  const existing = find('stacks', name);
  if (existing && !/^(CREATE|UPDATE)_COMPLETE$|^UPDATE_ROLLBACK_COMPLETE$/.test(existing.StackStatus)) {
    refuse(
      'ValidationError',
      'CreateChangeSet',
      `Stack:${name} is in ${existing.StackStatus} state and can not be updated.`,
    );
  }
  const parameters = readParameters(template, options['parameter-overrides'] ?? []);
  requireCapabilities(template, options.capabilities ?? []);
  const { resources, outputs } = resolveTemplate(template, parameters, (type, properties) =>
    typeOf(type).describe(properties),
  );
  const isChanged = JSON.stringify(existing?.resources) !== JSON.stringify(resources);
  if (!isChanged) {
    if (options['fail-on-empty-changeset'] ?? true)
      fail(`\nNo changes to deploy. Stack ${name} is up to date`, 255);
    return process.stdout.write(`\nNo changes to deploy. Stack ${name} is up to date\n`);
  }
  const problems = Object.values(resources).map(({ type, properties }) => {
    authorised(type, properties, 'write');
    return typeOf(type).check?.(properties);
  });
  const problem = problems.find(Boolean);
  const status = problem
    ? existing
      ? 'UPDATE_ROLLBACK_COMPLETE'
      : 'ROLLBACK_COMPLETE'
    : existing
      ? 'UPDATE_COMPLETE'
      : 'CREATE_COMPLETE';
  const stored =
    problem && existing ? existing : { resources: problem ? {} : resources, Outputs: problem ? [] : outputs };
  store('stacks', name, { ...stored, StackName: name, StackStatus: status });
  if (problem)
    fail(
      `\nFailed to create/update the stack. Run the following command to fetch the list of events: ${problem}`,
      255,
    );
  return process.stdout.write(`\nSuccessfully created/updated stack - ${name}\n`);
}

function readTemplate(text) {
  try {
    return parseTemplate(text);
  } catch (error) {
    return refuse('ValidationError', 'GetTemplateSummary', error.message);
  }
}

const typeOf = (type) => types[type] ?? fail(`The stand-in does not know the resource type ${type}.`, 255);

function authorised(type, properties, kind) {
  for (const action of typeOf(type)[kind]) authorise(action, action, typeOf(type).arn(properties));
}

function readParameters({ Parameters = {} }, overrides) {
  const given = Object.fromEntries(overrides.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const unknown = Object.keys(given).filter((name) => !Parameters[name]);
  if (unknown.length > 0)
    refuse('ValidationError', 'CreateChangeSet', `Parameters: [${unknown}] do not exist in the template`);
  return Object.fromEntries(
    Object.entries(Parameters).map(([name, { Default, AllowedValues, AllowedPattern }]) => {
      const value = given[name] ?? Default;
      if (value === undefined)
        refuse('ValidationError', 'CreateChangeSet', `Parameters: [${name}] must have values`);
      const isAllowed =
        (AllowedValues?.includes(value) ?? true) && new RegExp(`^(?:${AllowedPattern ?? '.*'})$`).test(value);
      if (!isAllowed)
        refuse('ValidationError', 'CreateChangeSet', `Parameter ${name} failed to satisfy its constraint`);
      return [name, value];
    }),
  );
}

function requireCapabilities({ Resources }, capabilities) {
  const hasRoles = Object.values(Resources).some(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (hasRoles && !capabilities.some((one) => /^CAPABILITY_(NAMED_)?IAM$/.test(one))) {
    refuse(
      'InsufficientCapabilitiesException',
      'CreateChangeSet',
      'Requires capabilities : [CAPABILITY_IAM]',
    );
  }
}

/** Commands of CloudFormation. A deployment is finished when the command ends. Templates are validated by test/examples/files.test.ts. */
export const cloudformation = {
  deploy,
  'describe-stacks'(args) {
    const options = readOptions(args, named);
    const name = options['stack-name'];
    authorise('DescribeStacks', 'cloudformation:DescribeStacks', stackArn(name));
    const stack = find('stacks', name);
    if (!stack) refuse('ValidationError', 'DescribeStacks', `Stack with id ${name} does not exist`);
    print({ Stacks: [stack] }, options);
  },
  'delete-stack'(args) {
    const name = readOptions(args, named)['stack-name'];
    authorise('DeleteStack', 'cloudformation:DeleteStack', stackArn(name));
    for (const { type, properties } of Object.values(find('stacks', name)?.resources ?? {})) {
      authorised(type, properties, 'delete');
    }
    remove('stacks', name);
  },
  'wait stack-delete-complete'(args) {
    const name = readOptions(args, named)['stack-name'];
    authorise('DescribeStacks', 'cloudformation:DescribeStacks', stackArn(name));
    if (find('stacks', name)) fail('Waiter StackDeleteComplete failed: Max attempts exceeded', 255);
  },
};
