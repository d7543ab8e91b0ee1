import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 30_000 });

const folder = join(import.meta.dirname, '../../functions');
/** The builder is a program of its own, which runs in CodeBuild. */
const functions = readdirSync(folder).filter(
  (name) => name !== 'builder' && existsSync(join(folder, name, 'index.ts')),
);

interface ConfigModule {
  Config: { shape: Record<string, unknown> };
}

async function variablesOf(name: string): Promise<string[]> {
  const { Config }: ConfigModule = await import(join(folder, name, 'config.ts'));
  return Object.keys(Config.shape);
}

describe.each(functions)('the function %s', (name) => {
  beforeEach(async () => {
    vi.resetModules();
    vi.stubEnv('AWS_REGION', 'us-east-1');
    for (const variable of await variablesOf(name)) {
      vi.stubEnv(variable, variable.endsWith('_SECONDS') ? '300' : 'https://example.org/value');
    }
  });
  afterEach(() => vi.unstubAllEnvs());

  it('starts with the environment that its construct sets, and exports a handler', async () => {
    await expect(import(join(folder, name, 'index.ts'))).resolves.toMatchObject({
      handler: expect.any(Function),
    });
  });

  it('does not start without one of its variables, and names it', async () => {
    const [variable = ''] = await variablesOf(name);
    vi.stubEnv(variable, undefined);
    await expect(import(join(folder, name, 'index.ts'))).rejects.toThrow(variable);
  });
});

it('there are functions to test', () => {
  expect(functions).toEqual(expect.arrayContaining(['activities', 'processor', 'prune', 'webhook']));
});
