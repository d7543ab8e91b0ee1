import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { REGION } from '../../../../../local/template/resource-types.ts';
import { deleteStack, deployStack } from './deploy-stack.ts';
import { refuse } from './refuse.ts';

const out = resolve('cdk.out');
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const App = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).default({}) });
const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          assumeRoleArn: z.string().optional(),
        })
        .default({}),
    }),
  ),
});
const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});
const Code = z.object({ Properties: z.object({ Code: z.object({ S3Key: z.string() }) }) });
const Coded = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** Runs the app as `cdk synth` does. Returns its only stack. */
function synthesise() {
  const { app, context } = App.parse(readJson('cdk.json'));
  rmSync(out, { recursive: true, force: true });
  const environment = {
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_DEFAULT_REGION: REGION,
    // The validation takes ten seconds. test/examples/cdk-api.test.ts does it once.
    CDK_VALIDATION: 'false',
  };
  try {
    execFileSync('/bin/sh', ['-c', app], { stdio: 'inherit', env: { ...process.env, ...environment } });
  } catch {
    refuse('Subprocess exited with error');
  }
  const { artifacts } = Manifest.parse(readJson(join(out, 'manifest.json')));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [[id, { properties }] = refuse('This app contains no stacks'), ...others] = stacks;
  if (others.length > 0)
    refuse('Since this app includes more than a single stack, specify which stacks to use');
  const { templateFile = '', stackName = id, assumeRoleArn } = properties;
  if (assumeRoleArn) refuse(`${id}: current credentials could not be used to assume '${assumeRoleArn}'`);
  const template = readJson(join(out, templateFile));
  return { id, name: stackName, template, codeOf: codeOf(id, template) };
}

/** The directories of functions' code, by the assets' keys. */
function codeOf(stack: string, template: unknown) {
  const { files } = Assets.parse(readJson(join(out, `${stack}.assets.json`)));
  const { Resources } = Coded.parse(template);
  return (logicalId: string) => {
    const key = Code.parse(Resources[logicalId]).Properties.Code.S3Key;
    const isAsset = ({ destinations }: z.infer<typeof Assets>['files'][string]) =>
      Object.values(destinations).some(({ objectKey }) => objectKey === key);
    const asset = Object.values(files).find(isAsset) ?? refuse(`S3 error: the key ${key} does not exist`);
    return join(out, asset.source.path);
  };
}

async function deploy(args: string[]): Promise<void> {
  const options = { 'require-approval': { type: 'string' }, 'outputs-file': { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const stack = synthesise();
  if (values['require-approval'] !== 'never') {
    refuse(
      '"--require-approval" is enabled and stack includes security-sensitive updates, but terminal (TTY) is not attached so we are unable to get a confirmation from the user',
    );
  }
  const outputs = await deployStack(stack);
  process.stdout.write(` ✅  ${stack.id} (${stack.name})\n`);
  const file = values['outputs-file'];
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ [stack.name]: outputs }));
}

async function destroy(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { force: { type: 'boolean' } } });
  const { id, name } = synthesise();
  if (!values.force) {
    refuse(
      'Destroying stacks is an irreversible action, but terminal (TTY) is not attached so we are unable to get a confirmation from the user',
    );
  }
  await deleteStack(name);
  process.stdout.write(` ✅  ${id}: destroyed\n`);
}

const [command = '', ...args] = process.argv.slice(2);
const run = { deploy, destroy }[command] ?? refuse(`Unknown command: ${command}`);
await run(args).catch((error: unknown) => refuse(String(error)));
