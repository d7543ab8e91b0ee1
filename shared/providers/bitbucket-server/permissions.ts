import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { Api } from './api.ts';

/** The permissions that the access token lacks for the repository at `path`, determined by test calls. */
export async function missingPermissions(api: Api, path: string): Promise<string[]> {
  const mayRead = await mayCall(api, `${path}/pull-requests?limit=1`);
  const mayAdminister = await mayCall(api, `${path}/webhooks?limit=1`);
  return [...(mayRead ? [] : ['repository read']), ...(mayAdminister ? [] : ['repository admin'])];
}

async function mayCall(api: Api, path: string): Promise<boolean> {
  try {
    await api.get(path, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof BoughError && error.code === 'git_host_forbidden') return false;
    throw error;
  }
}
