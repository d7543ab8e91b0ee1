import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The service accepts signatures of version 4A only. The client finds the signer by this import.
import '@aws-sdk/signature-v4a';
import type { SiteRules } from '../../../ports/site-rules.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';

/** Stores the rules of sites in a KeyValueStore of CloudFront, whose ETag is their version. */
export function keyValueSiteRules(client: CloudFrontKeyValueStoreClient, KvsARN: string): SiteRules {
  const has = async (Key: string): Promise<boolean> => {
    try {
      await client.send(new GetKeyCommand({ KvsARN, Key }));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  };
  return {
    async version() {
      const { ETag = '' } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
      return ETag;
    },
    async write(IfMatch, rules) {
      const Puts = [...rules].flatMap(([Key, Value]) => (Value === null ? [] : [{ Key, Value }]));
      // Whether the removal of a missing key fails is not documented, so only existing keys are removed.
      const removed = [...rules].flatMap(([Key, Value]) => (Value === null ? [Key] : []));
      const Deletes: { Key: string }[] = [];
      for (const Key of removed) if (await has(Key)) Deletes.push({ Key });
      if (Puts.length + Deletes.length === 0) return;
      const input = {
        KvsARN,
        IfMatch,
        ...(Puts.length > 0 && { Puts }),
        ...(Deletes.length > 0 && { Deletes }),
      };
      try {
        await client.send(new UpdateKeysCommand(input));
      } catch (error) {
        if (error instanceof ConflictException) throw new StoreConflict('', { cause: error });
        throw error;
      }
    },
  };
}
