import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { countedMirror } from '../../support/counted-mirror.ts';

/** A push to each of some branches, so that manifests and shards are written too. */
async function costsAmong(branches: number) {
  const mirror = countedMirror();
  await mirror.fill(branches);
  return mirror.costOf(async () => {
    for (let branch = 0; branch < 60; branch += 1) await mirror.push([branch]);
  });
}

it('lets a push cost as many requests among 5,000 branches as among 100, and no more bytes than recent heads take', async () => {
  const [few, many] = [await costsAmong(100), await costsAmong(5000)];

  expect(many.requests - few.requests).toBeLessThanOrEqual(6);
  // A manifest has at most 512 heads of about 100 bytes.
  expect(many.stored / many.manifests).toBeLessThanOrEqual(60_000);
  expect(many.written - many.stored).toBeLessThanOrEqual(few.written - few.stored + 1000);
});

it('loses no change and few manifests when 60 branches are pushed at the same time', async () => {
  const pushes = 60;
  const mirror = countedMirror(async (_, request) => {
    await setImmediate();
    return request();
  });
  await mirror.fill(pushes);
  const before = await mirror.heads();

  const { lost } = await mirror.costOf(() =>
    Promise.all(Array.from({ length: pushes }, (_, branch) => mirror.push([branch]))),
  );

  const after = await mirror.heads();
  expect([...before].filter(([ref, commit]) => after.get(ref) === commit)).toEqual([]);
  expect(lost).toBeLessThanOrEqual(4);
});
