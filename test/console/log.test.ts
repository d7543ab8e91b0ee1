import { describe, expect, it, onTestFinished } from 'vitest';
import { connectApi } from '../../console/api/client.ts';
import { logQuery } from '../../console/api/log.ts';
import { textOf } from '../../console/api/log-blocks.ts';
import { createQueryClient } from '../../console/api/polling.ts';

const page = (...messages: string[]) =>
  messages.map((message) => `${JSON.stringify({ data: { timestamp: '', message } })}\n`).join('');

describe('a log of several pages', () => {
  it('shows each page while the next one is read, and keeps it when the next one fails', async () => {
    const client = createQueryClient();
    onTestFinished(() => client.clear());
    const shown: (string | undefined)[] = [];
    const api = {
      ...connectApi('token'),
      text: async (path: string) => {
        const log = client.getQueryData(query.queryKey);
        shown.push(log && textOf(log));
        if (path.endsWith('start_at=0')) return page('one', 'two');
        if (path.endsWith('start_at=2')) return page('three');
        throw new Error('The API is away.');
      },
    };
    const query = logQuery(api, { id: 'a1', project: 'website', environments: ['main'], state: 'complete' });

    await expect(client.fetchQuery(query)).rejects.toThrow('The API is away.');

    expect(shown).toEqual([undefined, 'one\ntwo\n', 'one\ntwo\nthree\n']);
    expect(client.getQueryData(query.queryKey)).toMatchObject({ read: 3, isComplete: false });
  });
});
