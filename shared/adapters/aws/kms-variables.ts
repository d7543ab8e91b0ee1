import type { KMSClient } from '@aws-sdk/client-kms';
import type { VariableLevel } from '../../domain/variables/variable.ts';
import type { VariableSecrets } from '../../ports/variables.ts';
import { kmsCipher } from './kms-cipher.ts';

/** The most bytes that KMS encrypts at once. Longer values are encrypted in parts. */
const longestPart = 4096;

/**
 * Encrypts sensitive values with a KMS key. The encryption context binds each part to its project, environment, variable
 * and position. Plaintexts are not kept in memory.
 */
export function kmsVariables(client: KMSClient, keyArn: string): VariableSecrets {
  const cipher = kmsCipher(client, keyArn);
  return {
    async seal(level, name, value) {
      const bytes = new TextEncoder().encode(value);
      const count = Math.ceil(bytes.length / longestPart);
      const parts = Array.from({ length: count }, (_, part) =>
        bytes.subarray(part * longestPart, (part + 1) * longestPart),
      );
      return Promise.all(parts.map((part, at) => cipher.encrypt(contextOf(level, name, at, count), part)));
    },
    async open(level, name, sealed) {
      const parts = await Promise.all(
        sealed.map((part, at) => cipher.decrypt(contextOf(level, name, at, sealed.length), part)),
      );
      return Buffer.concat(parts).toString('utf8');
    },
  };
}

function contextOf({ project, environment }: VariableLevel, variable: string, at: number, count: number) {
  return {
    purpose: 'variable',
    project,
    // Absent at the level of the project, where no environment can have an empty id.
    ...(environment ? { environment: environment.id } : {}),
    variable,
    part: `${at + 1}/${count}`,
  };
}
