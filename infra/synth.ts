import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { DIST } from './programs.ts';
import type { Settings } from './settings.ts';
import { BoughStack } from './stack.ts';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** The inputs and outputs of a synthesis. */
export interface SynthOptions {
  /** The directory of the cloud assembly. */
  readonly outdir: string;
  /** The directory of the bundles. */
  readonly assets?: string;
  /** Validates the template against CloudFormation's schemas, as `cdk synth` does, which takes seconds. */
  readonly validate?: boolean;
}

/** The result of a synthesis. */
export interface Synthesis {
  /** The CloudFormation template, as parsed JSON. */
  readonly template: unknown;
  /** The constructs of the template. */
  readonly stack: BoughStack;
  /** The directory of the assets, named as in their resources' metadata, `aws:asset:path`. */
  readonly assetsDirectory: string;
}

/** The context that the CDK CLI adds, so that the template is the same without the CLI. */
function cliContext(): Record<string, unknown> {
  const { context } = CdkJson.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../cdk.json'), 'utf8')),
  );
  const flags = Object.entries(context).filter(([key]) => key.startsWith('@aws-cdk/'));
  return {
    ...Object.fromEntries(flags),
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:enable-path-metadata': true,
  };
}

/** Synthesises the stack in this process, with the template that `cdk deploy` would deploy for these settings. */
export function synthesise(settings: Settings, options: SynthOptions): Synthesis {
  const { outdir, assets = DIST, validate = false } = options;
  const app = new App({
    outdir,
    context: cliContext(),
    autoSynth: false,
    builtinCloudFormationValidation: validate,
  });
  const stack = new BoughStack(app, settings.stackName, { settings, assets });
  const assembly = app.synth();
  return {
    template: assembly.getStackArtifact(stack.artifactId).template,
    stack,
    assetsDirectory: assembly.directory,
  };
}
