import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { DIST } from './programs.ts';
import type { Settings } from './settings.ts';
import { BoughStack } from './stack.ts';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

export interface SynthOptions {
  /** Where the cloud assembly goes. */
  readonly outdir: string;
  /** Directory that the bundles were written to. */
  readonly assets?: string;
  /** Checks the template against CloudFormation's schemas, as `cdk synth` does; takes seconds. */
  readonly validate?: boolean;
}

export interface Synthesis {
  /** The CloudFormation template, as parsed JSON. */
  readonly template: unknown;
  /** The constructs that the template was made from. */
  readonly stack: BoughStack;
  /** Holds each asset under the name in its resource's metadata, `aws:asset:path`. */
  readonly assetsDirectory: string;
}

/** What the CDK CLI puts into an app's context, so that the template is the same without it. */
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

/** Synthesises the stack in this process: the template that `cdk deploy` would deploy with these settings. */
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
