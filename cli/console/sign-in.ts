import { profileOption, readProfile } from '../api/aws-profile.ts';
import { credentialChain, type FindCredentials, reasonOf } from '../api/aws-settings.ts';
import { ConsoleError } from './console-error.ts';

/** AWS credentials of a process that outlives a sign-in. */
export interface RenewableCredentials {
  /** Finds the credentials, and looks again after a failure. Throws `ConsoleError` credentials_expired. */
  find: FindCredentials;
  /** Looks again at the next call, because AWS refused the credentials. */
  forget(): void;
}

/** The credentials of the user's AWS settings. */
export function renewableCredentials(): RenewableCredentials {
  const begin = () => credentialChain({ ignoreCache: true });
  let chain = begin();
  return {
    async find() {
      try {
        return await chain();
      } catch (cause) {
        chain = begin();
        const reason = cause instanceof Error ? reasonOf(cause.cause) : '';
        const message = `Your AWS credentials are missing or have expired${reason}.`;
        throw new ConsoleError('credentials_expired', message, { cause, remedy: await signInRemedy() });
      }
    },
    forget() {
      chain = begin();
    },
  };
}

/** The remedy for credentials that have expired, with the command for the profile in use. */
export async function signInRemedy(): Promise<string> {
  const { name, signIn } = await readProfile({ ignoreCache: true });
  const command = signIn ?? `aws sso login${profileOption(name)}`;
  return `Run ${command}, or renew the credentials in another way. The console goes on by itself.`;
}
