import { BoughError } from '../../errors.ts';
import { gitSource } from '../../git/source.ts';
import type { GitSource } from '../../ports/git-source.ts';
import type { Network } from '../../runtime/http/network.ts';
import type { AccessTokens } from './access-tokens.ts';

/** A Bitbucket Cloud repository over git. After a rejected token a new one is requested, once. */
export function bitbucketSource(url: string, tokens: AccessTokens, network: Network): GitSource {
  const openWith = (token: string) => {
    const credentials = Buffer.from(`x-token-auth:${token}`).toString('base64');
    return gitSource({ url, headers: { authorization: `Basic ${credentials}` }, network });
  };
  const attempt = async <T>(work: (source: GitSource) => Promise<T>): Promise<T> => {
    const token = await tokens.get();
    return work(openWith(token)).catch(async (error: unknown) => {
      if (!(error instanceof BoughError) || error.code !== 'git_host_forbidden') throw error;
      tokens.forget(token);
      return work(openWith(await tokens.get()));
    });
  };
  return {
    listRefs: (prefixes) => attempt((source) => source.listRefs(prefixes)),
    fetchBundle: (request, progress) => attempt((source) => source.fetchBundle(request, progress)),
  };
}
