import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Storage } from '../../infra/constructs/storage.ts';
import { readResources } from '../../local/template/resources.ts';

/** The storage resources of the stack, as the local stack reads them from the template. */
export function storageResources() {
  const outdir = mkdtempSync(join(tmpdir(), 'bough-storage-'));
  try {
    const app = new App({ outdir, autoSynth: false });
    const stack = new Stack(app, 'test');
    new Storage(stack, 'Storage', { retain: true });
    const template: unknown = app.synth().getStackArtifact(stack.artifactId).template;
    const addresses = { sqs: 'http://127.0.0.1', api: 'http://127.0.0.1', sitesHost: '127.0.0.1' };
    return { template, ...readResources(template, addresses) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
