/** A state of the search: the longest beginning of a text that the input ends with. */
export interface SearchState {
  next: Map<string, SearchState>;
  /** The state for the next shorter beginning. */
  fallback: SearchState | null;
  /** The length of the beginning. */
  depth: number;
  /** The longest text that ends here, with its label; null for none. */
  found: { length: number; label: string } | null;
}

/** Builds the automaton of Aho and Corasick, which finds many texts in one pass over the input. */
export function buildSearch(texts: ReadonlyMap<string, string>): SearchState {
  const root = newState(0);
  for (const [text, label] of texts) {
    let state = root;
    for (const unit of text.split('')) {
      const next = state.next.get(unit) ?? newState(state.depth + 1);
      state.next.set(unit, next);
      state = next;
    }
    state.found = { length: text.length, label };
  }
  const ahead = [root];
  for (const state of ahead) {
    for (const [unit, next] of state.next) {
      next.fallback = state === root ? root : follow(state.fallback ?? root, unit);
      next.found ??= next.fallback.found;
      ahead.push(next);
    }
  }
  return root;
}

/** The state after one more UTF-16 code unit. */
export function follow(from: SearchState, unit: string): SearchState {
  let state = from;
  for (;;) {
    const next = state.next.get(unit);
    if (next) return next;
    if (state.fallback === null) return state;
    state = state.fallback;
  }
}

function newState(depth: number): SearchState {
  return { next: new Map(), fallback: null, depth, found: null };
}
