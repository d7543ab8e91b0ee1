/** The configuration of Bough's webhook on Bitbucket. */
export interface WebhookState {
  active: boolean;
  /** Required events that the webhook does not send. */
  missing_events: string[];
  /** Null when Bitbucket does not expose it. */
  has_secret: boolean | null;
}
