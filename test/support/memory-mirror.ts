import type { MirrorState } from '../../shared/domain/mirror/mirror.ts';
import { sizeOf } from '../../shared/domain/mirror/mirror-chain.ts';
import type { Mirrors } from '../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { nameOf } from './builders.ts';

/** A mirror in memory. Rejects a chain in which a bundle precedes its prerequisites. */
export function aMirror() {
  let state: MirrorState = {
    heads: new Map(),
    bundles: [],
    version: 0,
    renewed: { version: 0, bundles: 1 },
    superseded: [],
    swept_at: null,
  };
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
    read: async () => state,
    commit: async (project, next) => {
      if (next.version !== state.version + 1) throw new StoreConflict(project);
      const absent = absentFrom(next);
      if (absent.length > 0) throw new Error(`The mirror lacks ${absent.map(nameOf).join(', ')}`);
      commitCount += 1;
      state = next;
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
