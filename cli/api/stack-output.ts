import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CliError } from '../errors.ts';
import { type FindCredentials, isCredentialsError } from './aws-settings.ts';

interface StackLookup {
  /** The stack's name. */
  stack: string;
  region: string;
  credentials: FindCredentials;
}

/** Reads the API's URL from a CloudFormation stack's output. Throws `CliError` with a remedy in one line. */
export async function readApiUrl(lookup: StackLookup): Promise<string> {
  const stack = await describe(lookup);
  const url = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
  if (url) return url;
  const status = stack?.StackStatus ? ` (${stack.StackStatus})` : '';
  throw new CliError(
    `The stack ${placeOf(lookup)}${status} has no output ApiUrl. If it is being deployed, try again when that is done; if it is not Bough's, set BOUGH_STACK or BOUGH_API_URL.`,
  );
}

async function describe(lookup: StackLookup): Promise<Stack | undefined> {
  const client = new CloudFormationClient({
    region: lookup.region,
    credentials: lookup.credentials,
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
      socketTimeout: 10_000,
    },
  });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: lookup.stack }));
    return Stacks?.[0];
  } catch (cause) {
    throw new CliError(explain(cause, lookup), { cause });
  } finally {
    client.destroy();
  }
}

function explain(error: unknown, lookup: StackLookup): string {
  const place = placeOf(lookup);
  if (!(error instanceof Error)) return `The stack ${place} could not be looked up. Set BOUGH_API_URL.`;
  const { name } = error;
  const message = error.message.replace(/\s+/g, ' ').replace(/\.$/, '');
  if (error instanceof CliError) {
    return `The stack ${place} could not be looked up. ${error.message} Or set BOUGH_API_URL, or start the local stack: npm start`;
  }
  if (name.startsWith('AccessDenied')) {
    return `Your AWS identity may not look up the stack ${place} (cloudformation:DescribeStacks). Attach one of the policies of docs/access.md to it, or set BOUGH_API_URL.`;
  }
  if (name === 'ValidationError' && message.includes('does not exist')) {
    return `There is no stack ${place}. Set BOUGH_STACK if it has another name, AWS_REGION or AWS_PROFILE if it is elsewhere, or BOUGH_API_URL; to deploy it: npx cdk deploy`;
  }
  if (isCredentialsError(name)) {
    return `AWS refuses your credentials (${name}: ${message}). Sign in again (aws sso login) or check AWS_PROFILE.`;
  }
  return `The stack ${place} could not be looked up (${name}: ${message}). Check your connection, AWS_REGION and BOUGH_STACK, or set BOUGH_API_URL.`;
}

function placeOf({ stack, region }: StackLookup): string {
  return `${stack} in ${region}`;
}
