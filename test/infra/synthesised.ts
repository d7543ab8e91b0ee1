import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { withCompute } from '../../infra/builder-compute.ts';
import { PROGRAMS } from '../../infra/programs.ts';
import { Settings } from '../../infra/settings.ts';
import { type SynthOptions, synthesise } from '../../infra/synth.ts';

/** A template as JSON, loosely typed as in the CDK's assertions. */
export type Json = ReturnType<Template['toJSON']>;

/** A directory that is removed after the tests. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'bough-infra-'));
}

/** Empty bundles: the template does not depend on their content. */
export function emptyBundles(): string {
  const assets = temporaryDirectory();
  for (const { bundle } of PROGRAMS) {
    mkdirSync(dirname(join(assets, bundle)), { recursive: true });
    writeFileSync(join(assets, bundle), '');
  }
  return assets;
}

const known = new Map<string, ReturnType<typeof synthesiseHere>>();

/** Synthesises the stack with these settings and defaults for the others, in a region that is not known. */
export function synthesised(settings: Partial<Settings> = {}, options: Partial<SynthOptions> = {}) {
  const key = JSON.stringify([settings, options]);
  const synthesis = known.get(key) ?? synthesiseHere(settings, options);
  known.set(key, synthesis);
  return synthesis;
}

function synthesiseHere(settings: Partial<Settings>, options: Partial<SynthOptions>) {
  const synthesis = synthesise(withCompute(Settings.parse(settings), undefined), {
    outdir: temporaryDirectory(),
    assets: emptyBundles(),
    ...options,
  });
  const template = Template.fromJSON(synthesis.template as Json);
  return { ...synthesis, template, json: template.toJSON() };
}

/** A resource's path in the construct tree, without the stack: `Webhook/Function`. */
export function pathOf(resource: Json): string {
  return resource['Metadata']['aws:cdk:path'].split('/').slice(1, -1).join('/');
}

/** The properties of all resources of a type, by path. */
export function resourcesOf(json: Json, type: string): Record<string, Json> {
  const resources: Json[] = Object.values(json['Resources']);
  return Object.fromEntries(
    resources.filter((it) => it['Type'] === type).map((it) => [pathOf(it), it['Properties']]),
  );
}

/** An expression of the template as readable text, with paths for logical ids: `Storage/Data/*`. */
export function readable(json: Json, expression: Json | string): string {
  if (typeof expression === 'string') return expression;
  const name = (id: string) => (json['Resources'][id] ? pathOf(json['Resources'][id]) : id);
  if (expression['Ref']) return name(expression['Ref']);
  if (expression['Fn::GetAtt']) return name(expression['Fn::GetAtt'][0]);
  if (expression['Fn::Sub']) return expression['Fn::Sub'].replaceAll(/[${}]/g, '');
  if (!expression['Fn::Join']) throw new Error(`cannot read ${JSON.stringify(expression)}`);
  const [separator, parts]: [string, (Json | string)[]] = expression['Fn::Join'];
  return parts.map((part) => readable(json, part)).join(separator);
}
