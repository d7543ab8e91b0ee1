import type { Bitbucket } from '../bitbucket.ts';
import type { User } from '../http/credentials.ts';
import type { Account, Repository } from '../store/records.ts';
import type { Page } from './page.ts';

/** A request for one page of a repository. */
export interface PageCall {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  /** The decoded parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  /** The user that the pages act as. */
  readonly login: User;
}

/** A form that a page has sent. */
export interface FormCall extends PageCall {
  /** The user as an account. */
  readonly actor: Account;
  readonly fields: Readonly<Record<string, string>>;
}

/** A page of a repository. The path follows the repository's. */
export interface PageRoute {
  readonly method: 'GET';
  readonly path: string;
  /** Resolves to undefined when the object of the path does not exist. */
  readonly show: (call: PageCall) => Promise<Page | undefined>;
}

/** The action of a form. The path follows the repository's. */
export interface FormRoute {
  readonly method: 'POST';
  readonly path: string;
  /** Resolves to the path of the page to show next. */
  readonly submit: (call: FormCall) => Promise<string>;
}
