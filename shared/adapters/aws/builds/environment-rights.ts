import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import type { EnvironmentRights } from '../../../ports/builder.ts';
import { machineNameOf } from '../../../runtime/machine-name.ts';

const Granted = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

/**
 * Issues sessions of the environments' role. The role's policy grants access by the session's tags: `project`,
 * `environment` and `data` (machine names), and `activity`.
 */
export function stsEnvironmentRights(
  sts: STSClient,
  roleArn: string,
  sessionSeconds: number,
): EnvironmentRights {
  return {
    async issue({ project, environment, data_from, activity }) {
      const tags = {
        project,
        environment: machineNameOf(environment),
        data: machineNameOf(data_from ?? environment),
        activity,
      };
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: `${project}-${activity}`,
          DurationSeconds: sessionSeconds,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken } = Granted.parse(Credentials);
      return {
        access_key_id: AccessKeyId,
        secret_access_key: SecretAccessKey,
        session_token: SessionToken,
      };
    },
  };
}
