/**
 * Runs `meanwhile` once, directly before the n-th call (from 0) of the object's methods. A test that repeats this for
 * every n covers a concurrent action at every await of the code under test.
 */
export function interrupted<T extends object>(port: T, n: number, meanwhile: () => Promise<void>) {
  let calls = 0;
  const counted = new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        if (calls++ === n) await meanwhile();
        return Reflect.apply(method, target, given);
      };
    },
  });
  return { port: counted, calls: () => calls };
}
