import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFunctionPool } from '../../../local/runtime/function-pool.ts';
import { isAlive } from '../processes.ts';
import { bundleBootstrap, writeAssets } from '../small-stack.ts';
import { eventually, recordLog } from '../support.ts';

async function createPool(options: { idleMs?: number; limit?: number; directory?: string } = {}) {
  const recorder = recordLog();
  const { directory = join(await writeAssets(), 'asset.code'), idleMs = 60_000, limit = 2 } = options;
  const pool = createFunctionPool({
    definition: {
      name: 'Http',
      arn: 'arn',
      handler: 'index.http',
      directory,
      node: process.execPath,
      timeoutSeconds: 10,
      memoryMib: 128,
      environment: {},
    },
    bootstrap: await bundleBootstrap(),
    log: recorder.log,
    limit,
    idleMs,
  });
  onTestFinished(() => pool.stop());
  const invoke = async (order: object) =>
    pool.invoke(JSON.stringify({ rawPath: '/act', body: JSON.stringify(order) }));
  return { ...recorder, pool, invoke };
}

describe("a function's processes", () => {
  it('end after their idle time; the next invocation starts a process', async () => {
    const { invoke } = await createPool({ idleMs: 50 });
    const first = await invoke({});
    const { pid } = JSON.parse(first.ok ? first.payload : '{}');
    await eventually(async () => ((await isAlive(pid)) ? undefined : true));
    expect(await invoke({})).toMatchObject({ ok: true });
  });

  it('refuse a payload over the limit of Lambda', async () => {
    const { invoke } = await createPool();
    expect(await invoke({ text: 'x'.repeat(6 * 1024 * 1024) })).toMatchObject({
      ok: false,
      error: { errorType: 'RequestTooLargeException' },
    });
  });

  it('fail the invocation when they cannot start', async () => {
    const { invoke, lines } = await createPool({ directory: '/nonexistent' });
    expect(await invoke({})).toMatchObject({ ok: false });
    expect(lines.map(({ line }) => line).join()).toContain('Http could not be started');
  });

  it('refuse waiting invocations when the pool stops', async () => {
    const { pool, invoke } = await createPool({ limit: 1 });
    const outcomes = [invoke({ do: 'hang' }), invoke({}), invoke({})];
    await pool.stop();
    expect((await Promise.all(outcomes)).map(({ ok }) => ok)).toEqual([false, false, false]);
    await pool.idle();
  });
});
