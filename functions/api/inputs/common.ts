import * as z from 'zod/mini';
import { BoughError } from '../../../shared/errors.ts';

/** A text that is neither empty nor longer than the table's keys allow. */
export const Text = z.string().check(z.minLength(1), z.maxLength(1000));

/** A boolean that may be absent. */
export const Flag = z.optional(z.boolean());

/** The resources that an environment gets, as Upsun's API names them. */
export const ResourcesInput = z.nullish(
  z.strictObject({ init: z.nullish(z.enum(['default', 'minimum', 'parent'])) }),
);

/** A field of Upsun's API that is refused here. The response gives the reason. */
export function unsupported(reason: string) {
  return z.optional(z.never(reason));
}

/** The same schema with a description for the OpenAPI document. */
export function described<T extends z.ZodMiniType>(schema: T, text: string): T {
  return schema.check(z.describe(text));
}

/** An integer within bounds, both inclusive. */
export function wholeNumber(from: number, to: number) {
  const error = `Must be a whole number from ${from} to ${to}`;
  return z.int(error).check(z.minimum(from, error), z.maximum(to, error));
}

/** The query parameters of a paged list. */
export const page = {
  count: described(z.optional(wholeNumber(1, 1000)), 'The largest number of items to return'),
  after: described(
    z.optional(Text.check(z.refine(fitsIntoKey, 'Must be an id'))),
    'The last id of the previous page; the link to the next page contains it',
  ),
};

/** The query of a paged list without filters. */
export const PageQuery = z.strictObject(page);

/** A confirmation of an operation that removes protected data. */
export const Confirmation = z.strictObject({
  confirm: described(
    z.optional(Text),
    'The id of the resource that is deleted; required when the resource is protected',
  ),
});

/**
 * True when `confirm` is the id.
 * @throws BoughError invalid, for another id
 */
export function isConfirmed({ confirm }: z.infer<typeof Confirmation>, id: string): boolean {
  if (confirm === undefined || confirm === id) return confirm === id;
  throw new BoughError('invalid', 'The query is invalid.', { fields: { confirm: `Must be ${id}` } });
}

function fitsIntoKey(text: string): boolean {
  return Buffer.byteLength(text) <= 1000;
}
