// Terraform's providers: the resource types of the example, and the calls that the provider makes for each.
// The list of calls is written by hand from the documentation of the services: AWS may ask for more.
import { accountId, find, region, remove, store, storeNew } from './account.mjs';
import { tableArn } from './dynamodb.mjs';

const functionArn = ({ function_name }) => `arn:aws:lambda:${region}:${accountId}:function:${function_name}`;
const roleArn = (name) => `arn:aws:iam::${accountId}:role/${name}`;
const logArn = ({ name }) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
const lambda = (...actions) => actions.map((action) => `lambda:${action}`);

/** By resource type: its required arguments, the ARN that calls name, the calls, and the attributes that AWS sets. */
export const resourceTypes = {
  aws_dynamodb_table: {
    required: ['name', 'hash_key', 'attribute'],
    arn: ({ name }) => tableArn(name),
    create: ['dynamodb:CreateTable', 'dynamodb:TagResource'],
    read: [
      'dynamodb:DescribeTable',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:ListTagsOfResource',
    ],
    delete: ['dynamodb:DeleteTable'],
    exists: ({ name }) => !storeNew('tables', name, { name, items: [] }),
    removed: ({ name }) => remove('tables', name),
  },
  aws_cloudwatch_log_group: {
    required: [],
    arn: logArn,
    create: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:TagResource'],
    read: ['logs:ListTagsForResource'],
    delete: ['logs:DeleteLogGroup'],
  },
  aws_iam_role: {
    required: ['assume_role_policy'],
    arn: ({ name }) => roleArn(name),
    create: ['iam:CreateRole', 'iam:TagRole'],
    read: ['iam:GetRole', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
    delete: ['iam:ListInstanceProfilesForRole', 'iam:DeleteRole'],
    context: ({ permissions_boundary, tags }) => ({
      'iam:PermissionsBoundary': permissions_boundary ?? '',
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
    }),
  },
  aws_iam_role_policy: {
    required: ['role', 'policy'],
    arn: ({ role }) => roleArn(role),
    create: ['iam:PutRolePolicy'],
    read: ['iam:GetRolePolicy'],
    delete: ['iam:DeleteRolePolicy'],
  },
  aws_lambda_function: {
    required: ['function_name', 'role'],
    arn: functionArn,
    create: lambda('CreateFunction', 'TagResource'),
    read: lambda('GetFunction', 'GetFunctionCodeSigningConfig', 'ListVersionsByFunction'),
    update: lambda('UpdateFunctionCode', 'UpdateFunctionConfiguration', 'GetFunctionConfiguration'),
    delete: lambda('DeleteFunction'),
    passes: ({ role }) => role,
  },
  aws_lambda_function_url: {
    required: ['function_name', 'authorization_type'],
    arn: functionArn,
    create: lambda('CreateFunctionUrlConfig', 'AddPermission'),
    read: lambda('GetFunctionUrlConfig'),
    delete: lambda('DeleteFunctionUrlConfig'),
    computed: ({ function_name }) => ({
      function_url: `https://${function_name.replaceAll('-', '')}.lambda-url.${region}.on.aws/`,
    }),
  },
  aws_lambda_permission: {
    required: ['action', 'function_name', 'principal'],
    arn: functionArn,
    create: lambda('AddPermission'),
    read: lambda('GetPolicy'),
    delete: lambda('RemovePermission'),
  },
};

/** The state at a backend's bucket and key. */
export const states = {
  read: (backend) => find('states', nameOf(backend)) ?? { resources: {}, outputs: {} },
  write: (backend, state) => store('states', nameOf(backend), state),
  lock: (backend) => storeNew('locks', nameOf(backend), {}),
  unlock: (backend) => remove('locks', nameOf(backend)),
};

const nameOf = ({ bucket, key }) => `${bucket}/${key}`;
