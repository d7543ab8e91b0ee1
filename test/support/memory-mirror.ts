import type { MirrorState } from '../../shared/domain/mirror/mirror.ts';
import { sizeOf } from '../../shared/domain/mirror/mirror-chain.ts';
import { emptyMirror, updatedMirror } from '../../shared/domain/mirror/mirror-update.ts';
import { fingerprintOfTags } from '../../shared/domain/mirror/tags.ts';
import type { Mirrors } from '../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { nameOf } from './builders.ts';

/**
 * A mirror in memory. Rejects a chain in which a bundle precedes its prerequisites.
 * @param remembered the number of changed heads that a reader gets without asking for them
 */
export function aMirror(remembered = 256) {
  let state: MirrorState = emptyMirror;
  const contents = new Map<string, { commits: string[]; prerequisites: string[] }>();
  const commitsOf = (bundles: MirrorState['bundles']) =>
    new Set(bundles.flatMap(({ key }) => contents.get(key)?.commits ?? []));
  const absentFrom = ({ bundles }: MirrorState) =>
    bundles.flatMap(({ key }, index) => {
      const before = commitsOf(bundles.slice(0, index));
      return contents.get(key)?.prerequisites.filter((id) => !before.has(id)) ?? [];
    });
  let commitCount = 0;
  const sweeps: { now: string; before: string }[] = [];

  const mirrors: Mirrors = {
    read: async (_project, refs) => {
      const heads = new Map([...state.heads].filter(([ref]) => refs === 'all' || refs.includes(ref)));
      return { ...state, heads, recent: new Map([...state.heads].slice(-remembered)) };
    },
    commit: async (project, known, update) => {
      if (known.version !== state.version) throw new StoreConflict(project);
      const next = updatedMirror({ ...state, tags: fingerprintOfTags(state.heads) }, update);
      const absent = absentFrom(next);
      if (absent.length > 0) throw new Error(`The mirror lacks ${absent.map(nameOf).join(', ')}`);
      commitCount += 1;
      state = next;
      return updatedMirror(known, update);
    },
    async writeBundle(project, id, bytes) {
      let text = '';
      for await (const chunk of bytes) text += new TextDecoder().decode(chunk);
      const key = `${project}/bundles/${id}.bundle`;
      contents.set(key, JSON.parse(text));
      return { key, bytes: text.length };
    },
    size: async () => (state.version === 0 ? null : sizeOf(state)),
    async sweep(_project, moment) {
      sweeps.push(moment);
      state = { ...state, swept_at: moment.now, version: state.version + 1 };
      return 0;
    },
  };
  return {
    mirrors,
    /** The mirror's references with the names of their commits. */
    heads: () => Object.fromEntries([...state.heads].map(([ref, id]) => [ref, nameOf(id)])),
    /** References whose commit is in no bundle; must be empty. */
    broken: () => {
      const commits = commitsOf(state.bundles);
      return [...state.heads].filter(([, id]) => !commits.has(id)).map(([ref]) => ref);
    },
    bundles: () => state.bundles,
    /** The names of the commits that each bundle was fetched for. */
    chain: () => state.bundles.map(({ key }) => contents.get(key)?.commits.map(nameOf)),
    commitCount: () => commitCount,
    sweeps,
  };
}
