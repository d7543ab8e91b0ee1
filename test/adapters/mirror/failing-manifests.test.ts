import { describe, expect, it } from 'vitest';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import type { MirrorUpdate } from '../../../shared/domain/mirror/mirror.ts';
import { type Around, memoryMirrorStore } from '../../support/memory-mirror-store.ts';

const project = 'p';
const at = '2026-11-22T10:00:00Z';

/** A mirror in a store whose manifests fail on demand. */
function aMirror() {
  const store = memoryMirrorStore();
  const faults = { manifests: false };
  const logged: string[] = [];
  const around: Around = async (name, request) => {
    if (faults.manifests && name === 'PUT manifests') throw new Error('S3 is down');
    return request();
  };
  const log = { info() {}, warn() {}, error: (message: string) => void logged.push(message) };
  const { table, s3 } = store.seen(around);
  const mirrors = s3Mirrors(table, s3, store.bucket, log);
  const commit = async (update: Partial<MirrorUpdate>) => {
    const whole = { set: new Map<string, string>(), drop: [], swept_at: at, ...update };
    const known = await mirrors.read(project, [...whole.set.keys()]);
    return mirrors.commit(project, known, whole);
  };
  const recordBytes = () => Buffer.byteLength([...store.items.values()].join(''));
  return { store, faults, logged, mirrors, commit, recordBytes };
}

const push = (number: number) => ({
  set: new Map([[`refs/heads/${'n'.repeat(800)}${number}`, 'a'.repeat(40)]]),
});

describe('a manifest that cannot be written', () => {
  it('does not fail the commits, and is written by a later one', async () => {
    const { faults, logged, mirrors, commit, recordBytes } = aMirror();
    faults.manifests = true;
    for (let number = 0; number < 4; number += 1) await commit(push(number));
    expect(logged).toEqual(Array(2).fill('mirror changes not moved to a manifest'));

    faults.manifests = false;
    for (let number = 4; number < 6; number += 1) await commit(push(number));
    expect((await mirrors.read(project, 'all')).heads.size).toBe(6);
    expect(recordBytes()).toBeLessThan(2000);
  });

  it('stops the commits before the record is too large, and they go on afterwards', async () => {
    const { faults, mirrors, commit, recordBytes } = aMirror();
    faults.manifests = true;
    let stored = 0;
    const fill = async () => {
      for (; stored < 1000; stored += 1) await commit(push(stored));
    };
    await expect(fill()).rejects.toThrow('S3 is down');
    expect(recordBytes()).toBeLessThan(300_000);

    faults.manifests = false;
    await commit(push(stored));
    expect((await mirrors.read(project, 'all')).heads.size).toBe(stored + 1);
    expect(recordBytes()).toBeLessThan(3000);
  });
});

describe('a large change', () => {
  it('is stored once, however many conflicts its commit has', async () => {
    const { store, mirrors, commit } = aMirror();
    const set = new Map(Array.from({ length: 200 }, (_, index) => [`refs/heads/${index}`, 'b'.repeat(40)]));
    const update = { set, drop: [], bundle: { key: 'k', bytes: 1, created_at: at }, swept_at: at };
    for (let attempts = 0; attempts < 3; attempts += 1) {
      const known = await mirrors.read(project, [...set.keys()]);
      // The writer knows the record from its read, so only the conditional write finds the conflict.
      await commit(push(attempts));
      await expect(mirrors.commit(project, known, { ...update })).rejects.toThrow();
    }
    await mirrors.commit(project, await mirrors.read(project, [...set.keys()]), { ...update });

    expect(store.log.filter((name) => name === 'PUT changes')).toHaveLength(1);
    expect((await mirrors.read(project, 'all')).heads.size).toBe(203);
  });
});
