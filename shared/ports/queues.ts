import type { Effect } from '../domain/activities/effect.ts';
import type { QueuedEvent } from '../domain/deliveries/delivery.ts';
import type { MessageFailure } from '../domain/deployment/message-failure.ts';

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
