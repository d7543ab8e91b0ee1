import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A group of processes that share a part of one CPU. */
export interface CpuShare {
  /** The file that a process writes its id to in order to join. */
  file: string;
  remove(): Promise<void>;
}

/** Microseconds. Lambda divides the CPU in slices of this order too. */
const period = 20_000;

/** Creates a group with this part of one CPU; null where control groups cannot be written. */
export async function shareOfCpu(part: number): Promise<CpuShare | null> {
  const quota = Math.round(period * part);
  return (
    (await createGroup('/sys/fs/cgroup/cpu', {
      'cpu.cfs_period_us': `${period}`,
      'cpu.cfs_quota_us': `${quota}`,
    })) ?? (await createGroup('/sys/fs/cgroup', { 'cpu.max': `${quota} ${period}` }))
  );
}

async function createGroup(root: string, limits: Readonly<Record<string, string>>): Promise<CpuShare | null> {
  const group = join(root, `bough-bench-${process.pid}`);
  const remove = () => rmdir(group).catch(() => undefined);
  try {
    await mkdir(group);
    for (const [name, value] of Object.entries(limits))
      await writeFile(join(group, name), value, { flag: 'r+' });
    return { file: join(group, 'cgroup.procs'), remove: async () => void (await remove()) };
  } catch {
    await remove();
    return null;
  }
}
