/**
 * Bough's contender: a process that mirrors one repository per message with the adapters of the activities function.
 * The program is bundled and has its own process, so that its memory is comparable with a Lambda function's.
 */

import { subscribe } from 'node:diagnostics_channel';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import { s3Client } from '../../../shared/adapters/aws/s3/client.ts';
import { timeouts } from '../../../shared/adapters/aws/timeouts.ts';
import { gitSource } from '../../../shared/git/source.ts';
import { systemClock as clock } from '../../../shared/runtime/clock.ts';
import { mirrorRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { loopback } from '../../support/loopback.ts';

const Config = z.object({ TABLE_NAME: z.string(), MIRROR_BUCKET: z.string() });
const Task = z.object({ project: z.string(), url: z.string() });

let requests = 0;
subscribe('http.client.request.start', () => {
  requests += 1;
});
const { TABLE_NAME, MIRROR_BUCKET } = Config.parse(process.env);
const mirrors = s3Mirrors(dynamoTable(new DynamoDBClient(timeouts), TABLE_NAME), s3Client(), MIRROR_BUCKET);

process.on('message', async (message) => {
  const { project, url } = Task.parse(message);
  requests = 0;
  const source = gitSource({ url, headers: {}, network: loopback });
  const { refs } = await source.listRefs(['HEAD', 'refs/heads/', 'refs/tags/']);
  const { heads } = await mirrorRefs({ mirrors, clock }, project, source, { set: refs }, () => undefined);
  const references = [...refs].filter(([name, commit]) => heads.get(name) === commit).length;
  if (references !== refs.size) throw new Error(`${references} of ${refs.size} references were mirrored`);
  process.send?.({ requests, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
