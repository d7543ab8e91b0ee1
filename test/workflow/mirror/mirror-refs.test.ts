import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mirrors } from '../../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { mirrorRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { commit, projectId } from '../../support/builders.ts';
import { aClock, aGitHost, aRepository } from '../../support/doubles.ts';
import { aMirror } from '../../support/memory-mirror.ts';

/** A mirror and the repository that it follows; `bring` takes references by the names of their commits. */
function setting() {
  const mirror = aMirror();
  const bitbucket = aGitHost(aRepository());
  const clock = aClock();
  const bring = (set: Record<string, string>, drop: string[] = [], mirrors: Mirrors = mirror.mirrors) =>
    mirrorRefs(
      { mirrors, clock },
      projectId,
      bitbucket.source,
      { set: new Map(Object.entries(set).map(([ref, name]) => [ref, commit(name)])), drop },
      () => undefined,
    );
  const fetches = () => bitbucket.calls.filter((call) => call.startsWith('fetchBundle'));
  return { mirror, bring, fetches, bitbucket };
}

const main = 'refs/heads/main';
const topic = 'refs/heads/topic';

describe('mirroring refs', () => {
  it('fetches missing commits as one bundle, appended to the chain', async () => {
    const { mirror, bring, fetches } = setting();

    await bring({ [main]: 'A' });
    const state = await bring({ [main]: 'B', [topic]: 'C' });

    expect(mirror.heads()).toEqual({ [main]: 'B', [topic]: 'C' });
    expect(fetches()).toEqual(['fetchBundle A', 'fetchBundle B C']);
    expect(state.bundles).toEqual(mirror.bundles());
    expect(mirror.bundles()).toHaveLength(2);
    expect(mirror.broken()).toEqual([]);
  });

  it('fetches nothing for a ref to a mirrored commit', async () => {
    const { mirror, bring, fetches } = setting();
    await bring({ [main]: 'A' });

    await bring({ [topic]: 'A' });

    expect(mirror.heads()).toEqual({ [main]: 'A', [topic]: 'A' });
    expect(fetches()).toHaveLength(1);
    expect(mirror.bundles()).toHaveLength(1);
  });

  it('neither fetches nor commits without a change', async () => {
    const { mirror, bring, fetches } = setting();
    await bring({ [main]: 'A' });

    const state = await bring({ [main]: 'A' }, ['refs/heads/unknown']);

    expect(fetches()).toHaveLength(1);
    expect(mirror.commitCount()).toBe(1);
    expect(state.heads.get(main)).toBe(commit('A'));
  });

  it('drops a ref, and keeps its history', async () => {
    const { mirror, bring } = setting();
    await bring({ [main]: 'A', [topic]: 'B' });

    await bring({}, [topic]);

    expect(mirror.heads()).toEqual({ [main]: 'A' });
    expect(mirror.bundles()).toHaveLength(1);
  });

  it('offers no tags as haves, because they may not be commits', async () => {
    const { bring, bitbucket, mirror } = setting();
    await bring({ [main]: 'A', 'refs/tags/v1': 'T' });
    const haves: (readonly string[])[] = [];
    const fetchBundle = bitbucket.source.fetchBundle;
    bitbucket.source.fetchBundle = (request, progress) => {
      haves.push(request.haves);
      return fetchBundle(request, progress);
    };

    await bring({ [topic]: 'B' });

    expect(haves).toEqual([[commit('A')]]);
    expect(mirror.broken()).toEqual([]);
  });

  it("offers the refs' previous commits first, then the latest changes", async () => {
    const { bring, bitbucket } = setting();
    await bring({ [main]: 'A', [topic]: 'B', 'refs/heads/old': 'C' });
    await bring({ [main]: 'D' });
    const haves: (readonly string[])[] = [];
    const fetchBundle = bitbucket.source.fetchBundle;
    bitbucket.source.fetchBundle = (request, progress) => {
      haves.push(request.haves);
      return fetchBundle(request, progress);
    };

    await bring({ [topic]: 'E' });

    expect(haves).toEqual([['B', 'D', 'C'].map(commit)]);
  });

  it('changes nothing when the fetch fails', async () => {
    const { mirror, bring, bitbucket } = setting();
    await bring({ [main]: 'A' });
    bitbucket.fail('fetchBundle');

    await expect(bring({ [main]: 'B' })).rejects.toThrow('fetchBundle failed');

    expect(mirror.heads()).toEqual({ [main]: 'A' });
    expect(mirror.commitCount()).toBe(1);
  });
});

describe('two concurrent writers', () => {
  it('lose nothing: the later commits on top of the earlier', async () => {
    const { mirror, bring } = setting();
    await bring({ [main]: 'A' });

    await Promise.all([bring({ [main]: 'B' }), bring({ [topic]: 'C' })]);

    expect(mirror.heads()).toEqual({ [main]: 'B', [topic]: 'C' });
    expect(mirror.bundles()).toHaveLength(3);
    expect(mirror.broken()).toEqual([]);
  });

  it('fetch once each, for any number of commit attempts', async () => {
    const { mirror, bring, fetches } = setting();
    let conflicts = 3;
    const commitLater: Mirrors['commit'] = async (project, ...update) => {
      if (conflicts-- > 0) throw new StoreConflict(project);
      return mirror.mirrors.commit(project, ...update);
    };

    await bring({ [main]: 'A' }, [], { ...mirror.mirrors, commit: commitLater });

    expect(mirror.heads()).toEqual({ [main]: 'A' });
    expect(fetches()).toHaveLength(1);
  });

  it('keep a ref that one drops and the other has just set', async () => {
    const { mirror, bring } = setting();
    await bring({ [main]: 'A', [topic]: 'B' });
    let isFirst = true;
    const commitLater: Mirrors['commit'] = async (project, ...update) => {
      if (isFirst) {
        isFirst = false;
        await bring({ [topic]: 'C' });
      }
      return mirror.mirrors.commit(project, ...update);
    };

    await bring({}, [topic], { ...mirror.mirrors, commit: commitLater });

    expect(mirror.heads()).toEqual({ [main]: 'A', [topic]: 'C' });
  });

  it('lose nothing for any order of their steps', async () => {
    const refs = fc.constantFrom(main, topic, 'refs/heads/other', 'refs/pull-requests/1/from');
    const changes = fc.uniqueArray(fc.tuple(refs, fc.constantFrom('A', 'B', 'C')), {
      minLength: 2,
      maxLength: 4,
      selector: ([ref]) => ref,
    });

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), changes, async (scheduler, brought) => {
        const { mirror, bring } = setting();
        await bring({ [main]: 'O' });
        const mirrors: Mirrors = {
          ...mirror.mirrors,
          read: scheduler.scheduleFunction(mirror.mirrors.read),
          commit: scheduler.scheduleFunction(mirror.mirrors.commit),
          writeBundle: scheduler.scheduleFunction(mirror.mirrors.writeBundle),
        };

        const all = Promise.all(brought.map(([ref, name]) => bring({ [ref]: name }, [], mirrors)));
        await scheduler.waitFor(all);

        expect(mirror.heads()).toEqual({ [main]: 'O', ...Object.fromEntries(brought) });
        expect(mirror.broken()).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
