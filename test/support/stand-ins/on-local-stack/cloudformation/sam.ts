import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { parseTemplate } from '../../../../../local/template/parse-template.ts';
import { deleteStack, deployStack, findStack } from './deploy-stack.ts';
import { refuse } from './refuse.ts';
import { transformTemplate } from './transform-template.ts';

const built = '.aws-sam/build/template.yaml';

const Code = z.object({ Properties: z.object({ Code: z.object({ S3Key: z.string() }) }) });
const Functions = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({ CodeUri: z.string().optional() }) }),
  ),
});

const isWord = { type: 'string', multiple: true } as const;
const isText = { type: 'string' } as const;
const isFlag = { type: 'boolean' } as const;

/** Copies the code of every function, as the build of functions without dependencies does. */
async function build(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const template = Functions.parse(parseTemplate(readFileSync('template.yaml', 'utf8')));
  rmSync(dirname(built), { recursive: true, force: true });
  mkdirSync(dirname(built), { recursive: true });
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::Serverless::Function') continue;
    cpSync(Properties.CodeUri ?? refuse(`${id} has no CodeUri`), join(dirname(built), id), {
      recursive: true,
    });
    Properties.CodeUri = id;
  }
  writeFileSync(built, JSON.stringify(template));
  process.stdout.write('\nBuild Succeeded\n');
}

async function deploy(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args: repeatOptions(args),
    options: {
      'stack-name': isText,
      'resolve-s3': isFlag,
      's3-prefix': isText,
      capabilities: isWord,
      'no-confirm-changeset': isFlag,
      'no-fail-on-empty-changeset': isFlag,
      'parameter-overrides': isWord,
    },
  });
  const name = values['stack-name'] ?? refuse("Error: Missing option '--stack-name'", 2);
  if (!values['resolve-s3']) refuse('Error: Cannot find an S3 bucket: use --resolve-s3 or --s3-bucket', 2);
  if (!values.capabilities?.includes('CAPABILITY_NAMED_IAM')) {
    refuse('InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]');
  }
  const path = existsSync(built) ? built : refuse('The stand-in deploys only the result of sam build.');
  const template = transformTemplate(parseTemplate(readFileSync(path, 'utf8')));
  const parameters = Object.fromEntries(
    (values['parameter-overrides'] ?? []).map((override) =>
      z.tuple([z.string(), z.string()]).parse(override.split(/=(.*)/s, 2)),
    ),
  );
  const revision = revisionOf(dirname(path), parameters);
  if (findStack(name)?.revision === revision) {
    const message = `No changes to deploy. Stack ${name} is up to date`;
    if (!values['no-fail-on-empty-changeset']) refuse(`Error: ${message}`);
    process.stdout.write(`\n${message}\n`);
    return;
  }
  const codeOf = (id: string) =>
    join(dirname(path), Code.parse(template.Resources[id]).Properties.Code.S3Key);
  await deployStack({ name, template, parameters, codeOf, revision });
  process.stdout.write(`\nSuccessfully created/updated stack - ${name}\n`);
}

/** Repeats an option before each of its words: the options of SAM end where the next one begins. */
function repeatOptions(args: readonly string[]): string[] {
  let option = '';
  return args.flatMap((word, index) => {
    if (word.startsWith('--')) {
      option = word;
      return args[index + 1]?.startsWith('--') === false ? [] : [word];
    }
    return [option, word];
  });
}

/** A digest of all files of a build and the parameters. */
function revisionOf(directory: string, parameters: object): string {
  const hash = createHash('sha256').update(JSON.stringify(parameters));
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const { parentPath, name } of files) hash.update(name).update(readFileSync(join(parentPath, name)));
  return hash.digest('hex');
}

async function list(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'stack-name': isText, output: isText },
    allowPositionals: true,
  });
  if (positionals.join(' ') !== 'stack-outputs') refuse(`Error: No such command '${positionals}'`, 2);
  if (values.output !== 'json') refuse('The stand-in has --output json only.', 2);
  const name = values['stack-name'] ?? refuse("Error: Missing option '--stack-name'", 2);
  const stack = findStack(name) ?? refuse(`Error: The stack ${name} does not exist in the region`);
  const outputs = Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
    OutputKey,
    OutputValue,
  }));
  process.stdout.write(`${JSON.stringify(outputs)}\n`);
}

async function remove(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { 'stack-name': isText, 'no-prompts': isFlag, region: isText },
  });
  const name = values['stack-name'] ?? refuse("Error: Missing option '--stack-name'", 2);
  if (!values['no-prompts']) refuse('Aborted!');
  if (findStack(name) === null) {
    process.stdout.write(
      `Error: The input stack ${name} does not exist on Cloudformation in the region ${values.region}\n`,
    );
    return;
  }
  await deleteStack(name);
  process.stdout.write('\nDeleted successfully\n');
}

const [command = '', ...args] = process.argv.slice(2);
const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  build,
  deploy,
  list,
  delete: remove,
};
const run = commands[command] ?? refuse(`Error: No such command '${command}'.`, 2);
await run(args).catch((error: unknown) => refuse(String(error)));
