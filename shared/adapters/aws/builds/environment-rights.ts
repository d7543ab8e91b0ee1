import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import type { EnvironmentRights } from '../../../ports/builder.ts';
import { machineNameOf } from '../../../runtime/machine-name.ts';

const Granted = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

/** The longest value of a session tag, in characters: a limit of AWS. */
const longestTag = 256;

/** The tags that sessions of further roles inherit, so that their trust policies can decide by them. */
const transitive = ['project', 'environment', 'environment_type', 'repository', 'data'];

/**
 * Issues sessions of the environments' role. The role's policy grants access by the session's tags: `project`,
 * `environment` and `data` (machine names), and `activity`. The transitive tags are for the trust policies of the roles
 * that builds may assume.
 */
export function stsEnvironmentRights(
  sts: STSClient,
  roleArn: string,
  sessionSeconds: number,
): EnvironmentRights {
  return {
    async issue({ project, environment, environment_type, repository, data_from, activity }) {
      const tags = {
        project,
        environment: machineNameOf(environment),
        environment_type,
        ...(repository !== null && { repository: tagValue(repository) }),
        data: machineNameOf(data_from ?? environment),
        activity,
      };
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: `${project}-${activity}`,
          DurationSeconds: sessionSeconds,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          TransitiveTagKeys: transitive.filter((key) => Object.hasOwn(tags, key)),
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

/** The text as a tag's value: `=` and a hexadecimal number stand for characters that AWS refuses, such as `~`. */
function tagValue(text: string): string {
  const allowed = text.replace(
    /[^\p{L}\p{N}_.:/+@ -]/gu,
    (character) => `=${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
  return allowed.slice(0, longestTag);
}
