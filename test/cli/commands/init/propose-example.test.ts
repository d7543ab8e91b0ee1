import { describe, expect, it } from 'vitest';
import { type Facts, proposeExample } from '../../../../cli/commands/init/propose-example.ts';

interface Given extends Partial<Pick<Facts, 'hasWorkspaces' | 'hasPublicPage' | 'isSam'>> {
  entries?: string[];
  packages?: string[];
}

const facts = ({ entries = [], packages = [], ...rest }: Given): Facts => ({
  hasWorkspaces: false,
  hasPublicPage: false,
  isSam: false,
  ...rest,
  entries: new Set(entries),
  packages: new Set(packages),
});

describe('The example that is proposed for a repository', () => {
  it.each([
    ['static-site', 'an index.html', facts({ entries: ['index.html', 'README.md'] })],
    ['static-site', 'an index.html', facts({ hasPublicPage: true })],
    [
      'vite-spa',
      'Vite in package.json',
      facts({ entries: ['index.html', 'package.json'], packages: ['vite'] }),
    ],
    ['cdk-api', 'a cdk.json', facts({ entries: ['cdk.json', 'package.json'], hasWorkspaces: true })],
    ['sam-api', 'a template of SAM', facts({ entries: ['template.yaml'], isSam: true })],
    ['monorepo', 'a pnpm-workspace.yaml', facts({ entries: ['pnpm-workspace.yaml'], packages: ['vite'] })],
    ['terraform', 'a Terraform configuration', facts({ entries: ['main.tf', 'index.html'] })],
    ['terraform', 'a Terraform configuration', facts({ entries: ['app.tf'], hasWorkspaces: true })],
    ['terraform', 'a Terraform configuration', facts({ entries: ['main.tf', 'Dockerfile'] })],
    ['container', 'a Dockerfile', facts({ entries: ['Dockerfile', 'package.json'], packages: ['vite'] })],
    ['monorepo', 'workspaces in package.json', facts({ hasWorkspaces: true, packages: ['vite'] })],
  ])('is %s because of %s', (name, because, seen) => {
    expect(proposeExample(seen)).toEqual({ name, because });
  });

  it.each([
    ['is empty', facts({})],
    ['has a template of CloudFormation', facts({ entries: ['template.yaml', 'index.html'] })],
    ['has a package without Vite', facts({ entries: ['package.json', 'index.html'], packages: ['webpack'] })],
  ])('is none when the repository %s', (_, seen) => {
    expect(proposeExample(seen)).toBeNull();
  });
});
