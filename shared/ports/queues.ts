import type { QueuedEvent } from '../domain/delivery.ts';
import type { Effect } from '../domain/effect.ts';
import type { MessageFailure } from '../domain/message-failure.ts';

export interface EventQueue {
  send(events: readonly QueuedEvent[]): Promise<void>;
}

export interface EffectQueue {
  /** @param delay seconds before anybody sees them, at most 900 */
  send(effects: readonly Effect[], delay?: number): Promise<void>;
}

export interface MessageFailures {
  record(messageId: string, attempts: number, error: unknown): Promise<void>;
  /** Null when whoever processed it ended before it could say anything. */
  get(messageId: string): Promise<MessageFailure | null>;
}
