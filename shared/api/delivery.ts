import * as z from 'zod/mini';
import { Time } from './common.ts';

const change = {
  type: z.string(),
  branch: z.exactOptional(z.string()),
  pull_request: z.exactOptional(z.int()),
};
const Ignored = z.array(z.object({ because: z.string() }));

/** The response to a delivery: the source events that were accepted, and the ignored changes with the reasons. */
export const AcceptedDelivery = z.object({
  accepted: z.array(z.object(change)),
  ignored: Ignored,
});

/** A delivery of the last days, with what became of it. Long names and reasons are cut. */
export const Delivery = z.object({
  id: z.string().check(z.describe("Bitbucket's id of the delivery, as in the webhook's history")),
  at: Time,
  event: z.string().check(z.describe("Bitbucket's key of the event, such as `repo:push`")),
  accepted: z
    .array(
      z.object({
        ...change,
        because: z.string(),
        activity: z.exactOptional(z.string()).check(z.describe('The activity that the change led to')),
      }),
    )
    .check(z.describe('The changes that were processed, each with the reason of the decision')),
  ignored: Ignored.check(z.describe('The changes that were dropped on arrival')),
  status: z
    .enum(['acted', 'ignored'])
    .check(z.describe('`ignored` when no change of the delivery led to work')),
});
/** A parsed `Delivery`. */
export type Delivery = z.infer<typeof Delivery>;

/** The response to a delivery that was not accepted. */
export const HookFailure = z.object({
  error: z.string(),
  message: z.string(),
  remedy: z.exactOptional(z.string()),
  fields: z.exactOptional(z.record(z.string(), z.string())),
});
