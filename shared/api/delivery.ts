import * as z from 'zod/mini';

/** The response to a delivery: the source events that were accepted, and the ignored changes with the reasons. */
export const AcceptedDelivery = z.object({
  accepted: z.array(
    z.object({
      type: z.string(),
      branch: z.exactOptional(z.string()),
      pull_request: z.exactOptional(z.int()),
    }),
  ),
  ignored: z.array(z.object({ because: z.string() })),
});

/** The response to a delivery that was not accepted. */
export const HookFailure = z.object({
  error: z.string(),
  message: z.string(),
  remedy: z.exactOptional(z.string()),
  fields: z.exactOptional(z.record(z.string(), z.string())),
});
