import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { type DeploymentPlace, placeOf } from '../api/deployment-place.ts';
import { callerQuery, sessionQuery } from '../api/session-info.ts';

/** The account, region and stack in which the page acts. */
export function useDeploymentPlace(): DeploymentPlace {
  const api = useApi();
  return placeOf(useQuery(sessionQuery(api)).data, useQuery(callerQuery(api)).data);
}
