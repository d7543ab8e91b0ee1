/**
 * Runs `meanwhile` once, right before the n-th call (from 0) of any of an object's async methods: with n running
 * through all calls, a concurrent action happens at every point where the code under test lets others in.
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
