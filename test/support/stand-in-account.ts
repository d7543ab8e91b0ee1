import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readPrincipals } from '../../local/aws/iam/principals.ts';
import { rulesOf } from '../../local/aws/iam/rules.ts';
import { parseTemplate } from '../../local/template/parse-template.ts';
import { readResources } from '../../local/template/resources.ts';
import { examplesDirectory } from './examples.ts';
import { root } from './pages.ts';

/** The directory of the commands that work in the account. */
export const commandsOnFiles = join(root, 'test/support/stand-ins/on-files');

/** A call that a script made with the rights of its role. */
interface RecordedCall {
  readonly role: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

const account = '000000000000';

/** The AWS account of the stand-ins in `test/support/stand-ins/on-files`, in a directory. */
export function standInAccount(directory: string) {
  mkdirSync(directory, { recursive: true });
  const fileOf = (kind: string, name: string) => join(directory, kind, `${encodeURIComponent(name)}.json`);
  const calls = (): RecordedCall[] =>
    readFileSync(join(directory, 'calls.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return {
    /** The variables of a project that deploys into the account. */
    variables: (project: string) => ({
      'env:STAND_IN_ACCOUNT': directory,
      'env:DEPLOY_ROLE': deployRole(project),
    }),
    names: (kind: string) =>
      (existsSync(join(directory, kind)) ? readdirSync(join(directory, kind)) : [])
        .map((file) => decodeURIComponent(file.replace('.json', '')))
        .sort(),
    read: (kind: string, name: string) => JSON.parse(readFileSync(fileOf(kind, name), 'utf8')),
    write: (kind: string, name: string, value: unknown) =>
      writeFileSync(fileOf(kind, name), JSON.stringify(value)),
    remove: (kind: string, name: string) => rmSync(fileOf(kind, name)),
    /** The calls of a project's scripts. */
    calls: (project: string) => calls().filter(({ role }) => role === deployRole(project)),
  };
}

const deployRole = (project: string) => `arn:aws:iam::${account}:role/app-${project}-deploy`;

/** The calls that the deploy role of an example's `setup.yaml` refuses to builds with these tags beside the project's. */
export function refusedCalls(
  example: string,
  project: string,
  calls: readonly RecordedCall[],
  tagsOf: (call: RecordedCall) => Readonly<Record<string, string>>,
): string[] {
  const roles = rolesOf(readFileSync(join(examplesDirectory, example, '.bough/setup.yaml'), 'utf8'), project);
  const rules = roles.find(({ arn }) => arn === deployRole(project))?.statements.flatMap(rulesOf) ?? [];
  const isAllowed = (call: RecordedCall) => {
    const matching = rules.filter((rule) => rule.matches(call, { project, ...tagsOf(call) }));
    return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
  };
  return calls.filter((call) => !isAllowed(call)).map(({ action, resource }) => `${action} on ${resource}`);
}

/** The roles of a template. Resources that the local stack does not know have no influence on them. */
function rolesOf(template: string, Project: string) {
  const { Parameters, Resources } = z
    .object({
      Parameters: z.record(z.string(), z.unknown()),
      Resources: z.record(z.string(), z.object({ Type: z.string() }).loose()),
    })
    .parse(parseTemplate(template));
  const known = Object.entries(Resources).filter(([, { Type }]) => /^AWS::(IAM|S3)::/.test(Type));
  const { SubnetIds: _, ...parameters } = Parameters;
  const EnvironmentRoleArn = `arn:aws:iam::${account}:role/builds`;
  const addresses = { sqs: '', api: '', sitesHost: 'localhost' };
  const given = { Parameters: parameters, Resources: Object.fromEntries(known) };
  return readPrincipals(readResources(given, addresses, { EnvironmentRoleArn, Project })).roles;
}
