import * as z from 'zod/mini';
import { Text } from './common.ts';

/** The ids of dead letters to replay or drop. The limit is the size of the longest list that the API returns. */
export const DeadLetterIds = z.strictObject({
  ids: z.array(Text).check(z.minLength(1), z.maxLength(1500)),
});
