import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../functions/api/routes/all.ts';
import { apiWorld } from '../support/api-world.ts';
import { type Json, readable, resourcesOf, synthesised, temporaryDirectory } from './synthesised.ts';

const { json } = synthesised();

/** Evaluates an expression of the template as CloudFormation does. */
function resolved(expression: Json): string {
  return readable(json, expression)
    .replace('AWS::Partition', 'aws')
    .replace('AWS::Region', 'eu-central-1')
    .replace('AWS::AccountId', '123456789012')
    .replace(':Http', ':a1b2c3');
}

const outputs = (name: string) => resolved(json['Outputs'][name].Value);
const api = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/$default';
const stack = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/bough/*';

interface Policy {
  statements: readonly { Effect: string; Action: string; Resource: string | readonly string[] }[];
}

function managed(name: string): Policy {
  const { PolicyDocument } = resourcesOf(json, 'AWS::IAM::ManagedPolicy')[`Access/${name}`]!;
  return {
    statements: PolicyDocument.Statement.map((it: Json) => ({ ...it, Resource: resolved(it['Resource']) })),
  };
}

const page = readFileSync(join(import.meta.dirname, '../../docs/access.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, block]) => block!);

/** A fake AWS CLI with the commands of the page. It records its calls. */
const aws = `#!/bin/sh
echo "$*" >> calls
case "$*" in
  *StackId*) echo '${stack.replace('*', '7c5b1c50-c7a5-11f0')}' ;;
  *ApiArn*) echo '${outputs('ApiArn')}' ;;
  *AdministratorPolicyArn*) echo arn:administrator ;;
esac
`;

/** Writes a policy of the page to its file and runs the page's commands for a project. */
function follow(sid: string, project: string): { policy: Policy; calls: string[] } {
  const directory = temporaryDirectory();
  const file = (name: string) => join(directory, name);
  writeFileSync(file('policy.json'), blocks('json').find((block) => block.includes(`"${sid}"`))!);
  writeFileSync(file('aws'), aws, { mode: 0o755 });
  const script = blocks('sh').join('\n').replace('project=PROJECT', `project=${project}`);
  execFileSync('sh', ['-eu', '-c', script], {
    cwd: directory,
    env: { PATH: `${directory}:${process.env['PATH']}` },
  });
  return {
    policy: { statements: JSON.parse(readFileSync(file('policy.json'), 'utf8')).Statement },
    calls: readFileSync(file('calls'), 'utf8').trim().split('\n'),
  };
}

/** IAM's pattern matching: `*` matches anything, including slashes, and `?` matches one character. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function allows({ statements }: Policy, action: string, resource: string): boolean {
  return statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow' && Action === action && [Resource].flat().some((arn) => matches(arn, resource)),
  );
}

interface Call {
  method: string;
  path: string;
}

const mayCall = (policy: Policy, { method, path }: Call) =>
  allows(policy, 'execute-api:Invoke', `${api}/${method}${path}`);

/** Branch names that could be mistaken for another path. */
const branches = ['main', 'feature/a', 'GET/a', '$default/GET/a', 'projects/mine/a', 'GET/projects/mine/a'];

const { ports } = apiWorld();

/** Every call with IAM authorisation, in these projects. */
function callsOn(...projects: string[]): Call[] {
  const calls = allRoutes(ports)
    .filter(({ isOpen }) => !isOpen)
    .flatMap(({ method, path }) =>
      projects.flatMap((project) =>
        branches.map((branch) => ({
          method,
          path: path
            .replace('{project}', project)
            .replace('{environment+}', branch)
            .replace(/\{.+?\}/g, 'x'),
        })),
      ),
    );
  const unique = new Map(calls.map((call) => [`${call.method} ${call.path}`, call]));
  return [...unique.values()];
}

const inAProject = ({ path }: Call) => path.startsWith('/projects/');
const reads = ({ method }: Call) => method === 'GET';
const nothing: Call[] = [];

describe('the policy for an administrator', () => {
  const policy = managed('Administrator');

  it('allows every route', () => {
    expect(callsOn('mine').filter((call) => !mayCall(policy, call))).toEqual(nothing);
  });
});

describe('the policy for a reader', () => {
  const policy = managed('Reader');

  it('allows every route that only reads', () => {
    expect(callsOn('mine').filter((call) => reads(call) && !mayCall(policy, call))).toEqual(nothing);
  });

  it('allows no change, with any branch names', () => {
    const changes = callsOn('mine').filter((call) => !reads(call));

    expect(changes.length).toBeGreaterThan(branches.length);
    expect(changes.filter((call) => mayCall(policy, call))).toEqual(nothing);
  });
});

describe.each(['Administrator', 'Reader'])('the policy %s', (name) => {
  const policy = managed(name);

  it('allows the command to find the API, but no other stack', () => {
    const mayLookUp = (stackName: string) =>
      allows(
        policy,
        'cloudformation:DescribeStacks',
        `arn:aws:cloudformation:eu-central-1:123456789012:stack/${stackName}`,
      );

    expect(mayLookUp('bough/*')).toBe(true);
    expect(mayLookUp('bough/7c5b1c50-c7a5-11f0')).toBe(true);
    expect(mayLookUp('bough-other/*')).toBe(false);
  });

  it('is limited to the API of this stack', () => {
    const others = [api.replace('a1b2c3', 'a1b2c34'), api.replace('$default', 'other')];

    expect(others.filter((other) => allows(policy, 'execute-api:Invoke', `${other}/GET/projects`))).toEqual(
      [],
    );
  });

  it('is an output of the stack', () => {
    const attached = resourcesOf(json, 'AWS::IAM::ManagedPolicy')[`Access/${name}`]!;

    expect(outputs(`${name}PolicyArn`)).toBe(`Access/${name}`);
    for (const to of ['Users', 'Groups', 'Roles']) expect(attached).not.toHaveProperty(to);
  });
});

describe('the documented policy for one project', () => {
  const { policy: administers, calls } = follow('AdministerOneProject', 'mine');
  const { policy: reading } = follow('ReadOneProject', 'mine');

  it('is created by the documented commands', () => {
    expect(calls).toContain('iam attach-role-policy --role-name ROLE --policy-arn arn:administrator');
    expect(calls.at(-1)).toBe(
      'iam create-policy --policy-name bough-my-project --policy-document file://policy.json',
    );
  });

  it('allows an administrator everything in the project', () => {
    const calls = callsOn('mine').filter(inAProject);

    expect(calls.filter((call) => !mayCall(administers, call))).toEqual(nothing);
  });

  it('allows a reader only reading', () => {
    const calls = callsOn('mine').filter(inAProject);

    expect(calls.filter((call) => mayCall(reading, call))).toEqual(calls.filter(reads));
  });

  it.each([
    ['administrator', administers],
    ['reader', reading],
  ])('gives the %s no other project and no list of projects', (_, policy) => {
    const elsewhere = [...callsOn('other', 'mine2', 'min').filter(inAProject), ...callsOn('mine')];

    const reached = elsewhere.filter((call) => mayCall(policy, call)).map(({ path }) => path);
    expect(new Set(reached.filter((path) => !/^\/projects\/mine(\/|$)/.test(path)))).toEqual(
      new Set(['/cli', '/me']),
    );
    expect(mayCall(policy, { method: 'GET', path: '/projects' })).toBe(false);
    expect(mayCall(policy, { method: 'POST', path: '/projects' })).toBe(false);
  });

  it('allows the command to find the API, as the exported policies do', () => {
    const find = (policy: Policy) =>
      policy.statements.filter(({ Action }) => Action.startsWith('cloudformation'));

    expect(find(administers)).toEqual(find(managed('Administrator')));
    expect(find(reading)).toEqual(find(managed('Reader')));
  });

  it('only allows, because a path has several spellings and a denial matches one', () => {
    const statements = [...administers.statements, ...reading.statements];

    expect(statements.map(({ Effect }) => Effect)).toEqual(['Allow', 'Allow', 'Allow', 'Allow']);
  });
});
