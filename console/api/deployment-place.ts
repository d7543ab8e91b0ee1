import type { Me } from '../../shared/api/me.ts';
import type { SessionInfo } from './session-info.ts';

/** Where the deployment runs that the page shows. Null for what is not known. */
export interface DeploymentPlace {
  readonly account: string | null;
  readonly region: string | null;
  readonly stack: string | null;
  readonly isLocal: boolean;
}

/** The place of a deployment. A system on this machine has the region "local", whatever its functions read as their region. */
export function placeOf(session: SessionInfo | undefined, caller: Me | undefined): DeploymentPlace {
  const isLocal = session?.region === 'local';
  return {
    account: caller?.account ?? null,
    // A custom domain does not contain the region, so the API's answer counts more than that of the server on loopback.
    region: isLocal ? 'local' : (caller?.region ?? session?.region ?? null),
    stack: session?.stack ?? null,
    isLocal,
  };
}

/** The place in words, such as "account 123456789012, region eu-west-1, stack bough"; empty when nothing is known. */
export function placeText({ account, region, stack }: DeploymentPlace): string {
  return [
    ...(account === null ? [] : [`account ${account}`]),
    ...(region === null ? [] : [`region ${region}`]),
    ...(stack === null ? [] : [`stack ${stack}`]),
  ].join(', ');
}
