import { setImmediate } from 'node:timers/promises';

/** Resolves when the scheduler lets the task run its next step. */
export type Turn = () => Promise<void>;

/**
 * Runs tasks in every possible order of their steps, as a depth-first search over the choices of the next task.
 * A task awaits its turn before each step.
 * @param scene creates a new world, its tasks, and the check of the final state
 * @returns the number of orders
 */
export async function inEveryOrder(
  scene: () => Promise<{ tasks: ((turn: Turn) => Promise<void>)[]; check: (order: string) => Promise<void> }>,
): Promise<number> {
  let choices: number[] = [];
  for (let orders = 1; ; orders += 1) {
    const { tasks, check } = await scene();
    const taken = await runInOrder(tasks, choices);
    await check(taken.map(({ task }) => task + 1).join(''));
    const next = taken.findLastIndex(({ choice, of }) => choice + 1 < of);
    if (next < 0) return orders;
    choices = taken.slice(0, next + 1).map(({ choice }, index) => (index === next ? choice + 1 : choice));
  }
}

interface Taken {
  task: number;
  choice: number;
  of: number;
}

async function runInOrder(
  tasks: ((turn: Turn) => Promise<void>)[],
  choices: readonly number[],
): Promise<Taken[]> {
  const waiting = new Map<number, () => void>();
  const failures: unknown[] = [];
  const taken: Taken[] = [];
  for (const [index, task] of tasks.entries()) {
    const turn = () => new Promise<void>((resolve) => void waiting.set(index, resolve));
    task(turn).catch((error: unknown) => failures.push(error));
  }
  for (;;) {
    // Tasks await only memory between two turns, so all of them are waiting after this.
    await setImmediate();
    const ready = [...waiting.keys()].sort((one, other) => one - other);
    const choice = choices[taken.length] ?? 0;
    const task = ready[choice];
    if (task === undefined) break;
    taken.push({ task, choice, of: ready.length });
    const go = waiting.get(task);
    waiting.delete(task);
    go?.();
  }
  if (failures.length > 0) throw failures[0];
  return taken;
}

/** A port whose given methods await a turn before each call. */
export function inTurns<T extends object>(port: T, turn: Turn, methods: readonly (keyof T)[]): T {
  return new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (!methods.some((known) => known === name) || typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        await turn();
        return Reflect.apply(method, target, given);
      };
    },
  });
}
