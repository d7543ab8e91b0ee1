/** What Bitbucket knows of a webhook of ours. */
export interface WebhookState {
  active: boolean;
  /** Events that it ought to be sent for and is not. */
  missing_events: string[];
  /** Null where Bitbucket does not tell. */
  has_secret: boolean | null;
}
