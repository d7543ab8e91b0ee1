import { cut } from '../values/text.ts';
import type { SourceEvent } from './source-event.ts';

/** A change of a delivery, as responses and notes name it. */
export interface ChangeSummary {
  type: SourceEvent['type'];
  branch?: string;
  pull_request?: number;
}

/** The processor's decision about an event. `'fetch'` reads the whole repository, `'mirror'` its tags. */
export interface Outcome {
  verdict: 'change' | 'ignore' | 'fetch' | 'mirror';
  because: string;
  /** The activity that the event started. */
  activity?: string;
}

/** The part of a delivery that a queued event carries for its note. */
export interface DeliveryPart {
  /** Bitbucket's key of the event, such as `repo:push`. */
  event: string;
  /** The place of the change among the changes of its delivery. */
  position: number;
  /** The reasons of ignored changes; only the first part has any. */
  ignored: string[];
}

/** The result of one change of a delivery. A delivery without a change has one note, whose change is null. */
export interface DeliveryNote extends DeliveryPart {
  delivery: string;
  at: string;
  change: (ChangeSummary & Outcome) | null;
}

/** A delivery with the notes of its changes. */
export interface NotedDelivery {
  id: string;
  at: string;
  event: string;
  accepted: (ChangeSummary & Outcome)[];
  ignored: string[];
  /** Ignored when no change led to work. */
  status: 'acted' | 'ignored';
}

/** The list has the last deliveries, at most this many. */
export const mostDeliveries = 50;
/** The list is made from at most this many notes, which is more than one delivery has. */
export const mostNotes = 250;

/** In bytes of UTF-8. A note with texts of these lengths takes one write unit of 1 KB. */
export const longest = { event: 40, branch: 120, because: 180, ignored: 180 };

/** Cuts the texts of a note, which contain names that strangers choose, so that the note stays below 1 KB. */
export function boundedNote(note: DeliveryNote): DeliveryNote {
  const { change } = note;
  return {
    ...note,
    event: cutToBytes(note.event, longest.event),
    ignored: fewReasons(note.ignored),
    change: change && {
      ...change,
      because: cutToBytes(change.because, longest.because),
      ...(change.branch === undefined ? {} : { branch: cutToBytes(change.branch, longest.branch) }),
    },
  };
}

/** The first reasons that fit; the last entry counts the others. */
function fewReasons(reasons: readonly string[]): string[] {
  const kept: string[] = [];
  let left = longest.ignored;
  for (const reason of reasons) {
    const text = cutToBytes(reason, longest.ignored);
    if (bytesOf(text) > left) break;
    kept.push(text);
    left -= bytesOf(text);
  }
  const more = reasons.length - kept.length;
  return more === 0 ? kept : [...kept, `${more} more changes lead to nothing`];
}

/** The beginning of a text in at most `most` bytes of UTF-8. */
function cutToBytes(text: string, most: number): string {
  let shown = cut(text, most);
  // A UTF-16 code unit has at most three bytes.
  for (let length = most; bytesOf(shown) > most; shown = cut(text, length)) {
    length -= Math.ceil((bytesOf(shown) - most) / 3);
  }
  return shown;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * The last deliveries, newest first, from their notes, newest first. The oldest one is left out when the notes end
 * within it, except when it is the only one.
 */
export async function lastDeliveries(notes: AsyncIterable<DeliveryNote>): Promise<NotedDelivery[]> {
  const groups: DeliveryNote[][] = [];
  let read = 0;
  for await (const note of notes) {
    const current = groups.at(-1);
    const isSame = current?.[0]?.delivery === note.delivery && current[0].at === note.at;
    if (!isSame && groups.length === mostDeliveries) break;
    if (read === mostNotes) {
      if (isSame && groups.length > 1) groups.pop();
      break;
    }
    read += 1;
    if (isSame) current.unshift(note);
    else groups.push([note]);
  }
  return groups.flatMap(deliveryOf);
}

function deliveryOf(notes: readonly DeliveryNote[]): NotedDelivery[] {
  const [first] = notes;
  if (!first) return [];
  const { delivery: id, at, event } = first;
  const accepted = notes.flatMap(({ change }) => change ?? []);
  const isIgnored = accepted.every(({ verdict }) => verdict === 'ignore');
  return [
    {
      id,
      at,
      event,
      accepted,
      ignored: notes.flatMap(({ ignored }) => ignored),
      status: isIgnored ? 'ignored' : 'acted',
    },
  ];
}

/** A change by its type and its branch or pull request. */
export function summaryOf(event: SourceEvent): ChangeSummary {
  if ('branch' in event) return { type: event.type, branch: event.branch };
  if ('pull_request' in event) return { type: event.type, pull_request: event.pull_request.number };
  return 'number' in event ? { type: event.type, pull_request: event.number } : { type: event.type };
}
