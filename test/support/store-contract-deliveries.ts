import { describe, expect, it } from 'vitest';
import type { DeliveryNote } from '../../shared/domain/deliveries/delivery-note.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { aProject } from './builders.ts';
import { collect } from './chunks.ts';
import type { Stores } from './memory-stores.ts';

/** The contract of the notes of deliveries. */
export function describeDeliveries(open: () => Pick<Stores, 'deliveries' | 'projects'>): void {
  describe('of deliveries', () => {
    const aNote = (second: number, changes: Partial<DeliveryNote> = {}): DeliveryNote => ({
      delivery: `delivery-${second}`,
      at: new Date(Date.now() + second * 1000).toISOString(),
      event: 'repo:push',
      position: 0,
      ignored: ['a tag has no environment'],
      change: { type: 'branch.pushed', branch: 'größe/x', verdict: 'change', because: 'so', activity: 'a1' },
      ...changes,
    });

    it('lists the notes of an integration, newest first, over many pages', async () => {
      const { deliveries } = open();
      const [project, integration] = [newId(), newId()];
      const notes = Array.from({ length: 60 }, (_, second) => aNote(second));
      await Promise.all(notes.map((note) => deliveries.record(project, integration, note)));
      await deliveries.record(project, newId(), aNote(100));
      await deliveries.record(newId(), integration, aNote(100));

      expect(await collect(deliveries.listOf(project, integration))).toEqual(notes.toReversed());
    });

    it('keeps the changes of a delivery apart, and their order', async () => {
      const { deliveries } = open();
      const [project, integration] = [newId(), newId()];
      const first = aNote(1);
      const notes = [2, 10, 0].map((position) => ({ ...first, position, change: null }));
      for (const note of notes) await deliveries.record(project, integration, note);

      const found = await collect(deliveries.listOf(project, integration));

      expect(found.map(({ position }) => position)).toEqual([10, 2, 0]);
    });

    it('keeps the first note of a change', async () => {
      const { deliveries } = open();
      const [project, integration] = [newId(), newId()];
      const note = aNote(1);
      await deliveries.record(project, integration, note);
      await deliveries.record(project, integration, { ...note, change: null });

      expect(await collect(deliveries.listOf(project, integration))).toEqual([note]);
    });

    it('forgets those of an erased project', async () => {
      const { deliveries, projects } = open();
      const [project, integration] = [newId(), newId()];
      await projects.save(aProject({ id: project }));
      await deliveries.record(project, integration, aNote(1));
      await projects.erase(project);

      expect(await collect(deliveries.listOf(project, integration))).toEqual([]);
    });
  });
}
