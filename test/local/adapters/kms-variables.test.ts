import { afterAll, beforeAll, expect, it } from 'vitest';
import { kmsSecrets } from '../../../shared/adapters/aws/kms-secrets.ts';
import { kmsVariables } from '../../../shared/adapters/aws/kms-variables.ts';
import type { VariableLevel } from '../../../shared/domain/variables/variable.ts';
import { type AwsStandIns, startAwsStandIns } from '../../support/aws-stand-ins.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

const sealing = () => kmsVariables(local.kms, local.keyIds[0] ?? '');
const main: VariableLevel = { project: 'p1', environment: { id: 'main', incarnation: 'a' } };
const long = 'x'.repeat(4095) + 'ü'.repeat(2000);

it.each(['', 'a secret', 'ünï🌱\nlines', long])(
  'a sensitive value comes back as it was sealed',
  async (text) => {
    for (const level of [main, { project: 'p1', environment: null }]) {
      const sealed = await sealing().seal(level, 'TOKEN', text);
      if (text) expect(sealed.join()).not.toContain(text);
      expect(await sealing().open(level, 'TOKEN', sealed)).toBe(text);
    }
  },
);

it.each<[string, VariableLevel, string]>([
  ['another environment', { project: 'p1', environment: { id: 'pr-1', incarnation: 'a' } }, 'TOKEN'],
  ['another project', { project: 'p2', environment: main.environment }, 'TOKEN'],
  ['the project itself', { project: 'p1', environment: null }, 'TOKEN'],
  ['another name', main, 'VISIBLE_TO_FORKS'],
])('a sealed value that was copied to %s cannot be opened', async (_, level, name) => {
  const sealed = await sealing().seal(main, 'TOKEN', 'a secret');

  await expect(sealing().open(level, name, sealed)).rejects.toThrow();
});

it('a sealed value with parts that are missing, exchanged or of another value cannot be opened', async () => {
  const [first = '', second = ''] = await sealing().seal(main, 'TOKEN', long);

  for (const parts of [[first], [second], [second, first], [first, first]])
    await expect(sealing().open(main, 'TOKEN', parts)).rejects.toThrow();
});

it("a sealed value is no integration's secret, nor the other way round", async () => {
  const secrets = kmsSecrets(local.kms, local.keyIds[0] ?? '');
  const integration = { project: 'p1', id: 'main' };
  const [sealed = ''] = await sealing().seal(main, 'TOKEN', 'a secret');

  await expect(secrets.open('credentials', integration, sealed)).rejects.toThrow();
  const credentials = await secrets.seal('credentials', integration, 'a secret');
  await expect(sealing().open(main, 'TOKEN', [credentials])).rejects.toThrow();
});
