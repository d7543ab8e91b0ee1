import { readResources } from '../../local/template/resources.ts';
import { makeDeployable } from '../local/deployed-stack.ts';

/** The resources of the stack, as the local stack reads them from the template. */
export async function stackResources() {
  const { template } = await makeDeployable();
  const addresses = { sqs: 'http://127.0.0.1', api: 'http://127.0.0.1', sitesHost: '127.0.0.1' };
  return { template, ...readResources(template, addresses) };
}
