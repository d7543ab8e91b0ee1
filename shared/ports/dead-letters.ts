/** A message in a dead-letter queue: its processing failed too often. */
export interface DeadLetter {
  /** The message's id; `MessageFailures` stores the failure under the same id. */
  id: string;
  /** The queue that the message came from. Letters of `prune` are ticks of the schedule. */
  queue: 'events' | 'activities' | 'prune';
  body: string;
  sent_at: string;
  /** The scheduler's error when it could not deliver the tick; null for all other messages. */
  undelivered: string | null;
}

/**
 * The dead letters of all queues. Reading a letter hides it for some seconds, so a concurrent reader may
 * not see it.
 */
export interface DeadLetters {
  list(): Promise<{ letters: DeadLetter[]; hasMore: boolean }>;
  /**
   * Sends each letter to its queue again and then deletes it. Resolves to the letters that were found.
   * @throws BoughError refused when one of the letters has no queue to return to; then nothing is sent
   */
  replay(ids: readonly string[]): Promise<DeadLetter[]>;
  /** Deletes each letter. Resolves to the letters that were found. */
  drop(ids: readonly string[]): Promise<DeadLetter[]>;
}
