import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';
import { isInstalled } from '../support/is-installed.ts';
import { templateFindings } from '../support/template-findings.ts';

describe('The template that the CDK makes of examples/cdk-api', () => {
  const out = mkdtempSync(join(tmpdir(), 'bough-cdk-'));
  const template = join(out, 'Api.template.json');
  beforeAll(() => {
    // Without the CDK's own call of the validator, whose rules take ten seconds to compile.
    const env = { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false' };
    execFileSync('node', ['infra/app.js'], { cwd: join(examplesDirectory, 'cdk-api'), env });
  });

  // W3005: the CDK repeats dependencies that follow from references.
  it('has no finding of the CDK’s validator', () => {
    expect(templateFindings([template]).filter((finding) => !finding.includes('W3005'))).toEqual([]);
  });

  it.skipIf(!isInstalled('cfn-lint'))('has no finding of cfn-lint', () => {
    const { stdout } = spawnSync('cfn-lint', ['-i', 'W3005', '--', template], { encoding: 'utf8' });

    expect(stdout).toBe('');
  });
});
