import * as z from 'zod/mini';
import { AcceptedDelivery, HookFailure } from '../../../shared/api/delivery.ts';
import type { Description } from '../framework/route.ts';

/** The description of the webhook. Another function handles it below the API's URL. */
export const hook: Description = {
  method: 'POST',
  path: '/projects/{project}/integrations/{integration}/hook',
  id: 'hook-integration',
  summary: 'Accept a delivery of Bitbucket’s webhook; its signature authorises it',
  body: z.looseObject({}),
  responses: { 200: AcceptedDelivery, 202: AcceptedDelivery },
  failures: { 400: HookFailure, 401: HookFailure, 404: HookFailure, 413: HookFailure, 500: HookFailure },
  isOpen: true,
};
