import type { Effect } from '../domain/activities/effect.ts';
import type { QueuedEvent } from '../domain/deliveries/delivery.ts';
import type { MessageFailure } from '../domain/deployment/message-failure.ts';

/** The queue of events for the processor. */
export interface EventQueue {
  send(events: readonly QueuedEvent[]): Promise<void>;
}

/** The queue of effects for the activities function. */
export interface EffectQueue {
  /** @param delay seconds before the messages become visible, at most 900 */
  send(effects: readonly Effect[], delay?: number): Promise<void>;
}

/** The store of failures of messages, for dead letters. */
export interface MessageFailures {
  record(messageId: string, attempts: number, error: unknown): Promise<void>;
  /** Null when the function terminated before it recorded a failure. */
  get(messageId: string): Promise<MessageFailure | null>;
}
