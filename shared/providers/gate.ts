import type { HttpAnswer } from '../runtime/http-client.ts';

/** The way to one Bitbucket account, which all of Bough's functions share. */
export interface Gate {
  /**
   * Comes before each call.
   * @throws BoughError git_host_rate_limited, when the account has to be left alone for now
   */
  enter(): Promise<void>;
  /** Comes after each answer, which may say that there were too many calls. */
  heard(answer: Pick<HttpAnswer, 'status' | 'headers'>): Promise<void>;
}

/** A gate that lets everything through. */
export const openGate: Gate = { enter: async () => {}, heard: async () => {} };
