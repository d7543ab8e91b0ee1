import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../infra/settings.ts';
import { exampleNames, examplesDirectory, filesOfExample } from '../support/examples.ts';
import { isInstalled } from '../support/is-installed.ts';
import { templateFindings } from '../support/template-findings.ts';

const files = exampleNames.flatMap((name) =>
  Object.entries(filesOfExample(name)).map(([path, content]) => ({
    path: join(examplesDirectory, name, path),
    content,
  })),
);
const templates = files
  .filter(({ content }) => content.includes('AWSTemplateFormatVersion'))
  .map(({ path }) => path);

describe('The files of the examples', () => {
  it('have templates without a finding of the CDK’s validator, which finds mistakes', () => {
    const wrong = join(mkdtempSync(join(tmpdir(), 'bough-template-')), 'wrong.yaml');
    writeFileSync(wrong, 'Resources: { Bucket: { Type: AWS::S3::Bucket, Properties: { Name: a } } }');

    expect(templateFindings([wrong])).not.toEqual([]);
    // SAM generates this resource. test/examples/sam-api.test.ts validates the template with it.
    const isGenerated = (finding: string) => /sam-api.*'ApiUrl\.FunctionUrl'/.test(finding);
    expect(templateFindings(templates).filter((finding) => !isGenerated(finding))).toEqual([]);
  });

  it.skipIf(!isInstalled('cfn-lint'))('have templates without a finding of cfn-lint', () => {
    const { stdout, status } = spawnSync('cfn-lint', templates, { encoding: 'utf8' });

    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('name only roles that the setting deployRoles accepts', () => {
    const names = files.flatMap(({ path, content }) =>
      path.endsWith('setup.yaml')
        ? [...content.matchAll(/RoleName: .*?'(.+)'/g)].map(([, name = '']) => name)
        : [],
    );
    const deployRoles = names.map(
      (name) => `arn:aws:iam::000000000000:role/${name.replace(/\$\{[^}]+\}/g, 'shop')}`,
    );

    expect(deployRoles).not.toEqual([]);
    expect(readSettings({ deployRoles }).deployRoles).toEqual(deployRoles);
  });

  it('have shell scripts that a shell can read', () => {
    const scripts = files.filter(
      ({ path, content }) => content.startsWith('#!/bin/sh') || path.endsWith('.sh'),
    );

    expect(scripts.length).toBeGreaterThan(exampleNames.length - 1);
    for (const { path } of scripts) execFileSync('sh', ['-n', path]);
  });

  it.skipIf(!isInstalled('terraform'))('have configurations in the format of terraform fmt', () => {
    const { stdout, status } = spawnSync(
      'terraform',
      ['fmt', '-check', '-diff', '-recursive', examplesDirectory],
      {
        encoding: 'utf8',
      },
    );

    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
