import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFor } from '../../../local/runtime/node.ts';
import { startSmallStack } from '../small-stack.ts';

const exists = import.meta.filename;

describe('the Node that runs functions', () => {
  it.each([
    ['the running one when its major version fits', '24.1.0', exists, { program: '/bin/node' }],
    ['the installed one when the running one does not fit', '20.19.0', exists, { program: exists }],
    [
      'the running one, with a notice, when nothing is installed',
      '20.19.0',
      '/nonexistent',
      {
        program: '/bin/node',
        notice: expect.stringMatching(/Node 20\.19\.0 .* Node 24 .*npm run lambda-node$/),
      },
    ],
  ])('is %s', (_, version, installed, expected) => {
    expect(nodeFor('nodejs24.x', { program: '/bin/node', version, installed })).toEqual(expected);
  });

  const installed = join(
    import.meta.dirname,
    `../../../local/lambda-node/node_modules/node-${process.platform}-${process.arch}`,
  );

  it.skipIf(!existsSync(installed))(
    'has the major version of the template where it is installed',
    async () => {
      const stack = await startSmallStack();

      const response = await fetch(`${stack.apiUrl}/act`, {
        method: 'POST',
        body: JSON.stringify({ do: 'version' }),
      });

      expect(await response.text()).toMatch(/^v24\./);
      expect(stack.lines.map(({ line }) => line).join('\n')).not.toContain('npm run lambda-node');
    },
  );
});
