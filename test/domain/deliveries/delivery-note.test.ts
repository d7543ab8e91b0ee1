import { describe, expect, it } from 'vitest';
import {
  boundedNote,
  type DeliveryNote,
  lastDeliveries,
  longest,
  mostDeliveries,
  mostNotes,
} from '../../../shared/domain/deliveries/delivery-note.ts';

const aNote = (delivery: number, changes: Partial<DeliveryNote> = {}): DeliveryNote => ({
  delivery: `d${delivery}`,
  at: '2026-11-22T10:00:00.000Z',
  event: 'repo:push',
  position: 0,
  ignored: [],
  change: { type: 'tags.changed', verdict: 'mirror', because: 'so' },
  ...changes,
});

/** The notes as the store lists them; counts those that are read. */
function listed(notes: readonly DeliveryNote[]) {
  let read = 0;
  async function* list() {
    for (const note of notes) {
      read += 1;
      yield note;
    }
  }
  return { notes: list(), count: () => read };
}

/** The notes of a delivery with so many changes, the last one first. */
const ofManyChanges = (delivery: number, count: number) =>
  Array.from({ length: count }, (_, position) => aNote(delivery, { position })).toReversed();

describe('the list of deliveries', () => {
  it('puts the changes of a delivery together, in their order', async () => {
    const pushed = { type: 'branch.pushed', because: 'no rule admits it' } as const;
    const notes = [
      aNote(2, { change: null, ignored: ['nothing is known about this event'] }),
      aNote(1, { position: 1, change: { ...pushed, branch: 'b', verdict: 'ignore' } }),
      aNote(1, { ignored: ['one'], change: { ...pushed, branch: 'a', verdict: 'change', activity: 'x' } }),
    ];

    expect(await lastDeliveries(listed(notes).notes)).toMatchObject([
      { id: 'd2', accepted: [], ignored: ['nothing is known about this event'], status: 'ignored' },
      {
        id: 'd1',
        accepted: [{ branch: 'a', activity: 'x' }, { branch: 'b' }],
        ignored: ['one'],
        status: 'acted',
      },
    ]);
  });

  it('shows a delivery that Bitbucket sent again as another one', async () => {
    const notes = [aNote(1, { at: '2026-11-22T10:00:01.000Z' }), aNote(1)];

    expect(await lastDeliveries(listed(notes).notes)).toHaveLength(2);
  });

  it('ends after the last deliveries, and reads no further', async () => {
    const { notes, count } = listed(Array.from({ length: 300 }, (_, number) => aNote(number)));

    expect(await lastDeliveries(notes)).toHaveLength(mostDeliveries);
    expect(count()).toBe(mostDeliveries + 1);
  });

  it('leaves out the delivery whose changes it has not read all', async () => {
    const { notes, count } = listed([2, 1, 0].flatMap((delivery) => ofManyChanges(delivery, 100)));

    const found = await lastDeliveries(notes);

    expect(found.map(({ id, accepted }) => [id, accepted.length])).toEqual([
      ['d2', 100],
      ['d1', 100],
    ]);
    expect(count()).toBe(mostNotes + 1);
  });

  it('keeps the only delivery, even if its changes are too many', async () => {
    const [only, ...others] = await lastDeliveries(listed(ofManyChanges(1, 300)).notes);

    expect(only?.accepted).toHaveLength(mostNotes);
    expect(others).toEqual([]);
  });
});

describe('a note', () => {
  const bytes = (text = '') => Buffer.byteLength(text);

  it.each([
    ['of letters', 'x'],
    ['of umlauts', 'ü'],
    ['of Chinese characters', '枝'],
    ['of emoji', '🌳'],
    ['of families', '👩‍👩‍👧‍👦'],
    ['of halves of characters', '\ud83c'],
  ])('has texts of bounded length: %s', (_, character) => {
    const long = character.repeat(2000);
    const change = { type: 'branch.pushed', branch: long, verdict: 'change', because: long } as const;

    const note = boundedNote(aNote(1, { event: long, ignored: [long, long], change }));

    expect(bytes(note.event)).toBeLessThanOrEqual(longest.event);
    expect(bytes(note.change?.branch)).toBeLessThanOrEqual(longest.branch);
    expect(bytes(note.change?.because)).toBeLessThanOrEqual(longest.because);
    expect(bytes(note.ignored[0])).toBeLessThanOrEqual(longest.ignored);
    expect(note.ignored.at(-1)).toBe(`${3 - note.ignored.length} more changes lead to nothing`);
  });

  it('counts the reasons that do not fit', () => {
    const reasons = Array.from(
      { length: 20 },
      (_, number) => `the reason of the ignored change ${number + 10}`,
    );

    const { ignored } = boundedNote(aNote(1, { ignored: reasons }));

    expect(ignored).toEqual([...reasons.slice(0, 5), '15 more changes lead to nothing']);
  });

  it('keeps short texts as they are', () => {
    const note = aNote(1, { ignored: ['größe', 'x'] });

    expect(boundedNote(note)).toEqual(note);
  });
});
