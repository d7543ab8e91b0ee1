import * as z from 'zod/mini';
import { AcceptedDelivery, HookFailure } from '../../../shared/api/delivery.ts';
import type { Description } from '../framework/route.ts';

/** What another function answers at the same address: it belongs to the API's description all the same. */
export const hook: Description = {
  method: 'POST',
  path: '/projects/{project}/integrations/{integration}/hook',
  id: 'hook-integration',
  summary: 'Take in a delivery of Bitbucket’s webhook, which its signature authorises',
  body: z.looseObject({}),
  answers: { 200: AcceptedDelivery, 202: AcceptedDelivery },
  failures: { 400: HookFailure, 401: HookFailure, 404: HookFailure, 413: HookFailure, 500: HookFailure },
  isOpen: true,
};
