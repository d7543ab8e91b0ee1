import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CliError } from '../errors.ts';
import { renewalAdvice } from './aws-profile.ts';
import { type FindCredentials, isCredentialsError, oneLine } from './aws-settings.ts';
import { identifyCaller } from './caller-identity.ts';

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
  throw new CliError(withoutUrl(stack, lookup));
}

/** The message for a stack without the output, by its status. */
function withoutUrl(stack: Stack | undefined, lookup: StackLookup): string {
  const { StackStatus: status = '', StackStatusReason: reason } = stack ?? {};
  const name = `The stack ${placeOf(lookup)}`;
  const because = reason ? `: ${oneLine({ message: reason })}` : '';
  const cli = `--stack-name ${lookup.stack} --region ${lookup.region}`;
  if (status === 'REVIEW_IN_PROGRESS') {
    return `${name} does not exist yet (${status}): its first change set was not executed. Deploy it: npx cdk deploy`;
  }
  if (status === 'CREATE_IN_PROGRESS') {
    return `${name} is being created (${status}). Try again in a few minutes, or wait for it: aws cloudformation wait stack-create-complete ${cli}`;
  }
  if (/^(CREATE_FAILED|ROLLBACK_)/.test(status)) {
    const failure = `${name} could not be created, and ${status.endsWith('IN_PROGRESS') ? 'is being' : 'was'} rolled back (${status}${because})`;
    return `${failure}. See the reasons: aws cloudformation describe-stack-events ${cli}. Then delete it and deploy again: npx cdk destroy && npx cdk deploy`;
  }
  if (status.startsWith('DELETE_')) {
    return `${name} is being deleted (${status}${because}). Deploy it again: npx cdk deploy, or set BOUGH_STACK or BOUGH_API_URL.`;
  }
  return `${name}${status ? ` (${status})` : ''} has no output ApiUrl, so it is not Bough's. Set BOUGH_STACK or BOUGH_API_URL.`;
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
    throw new CliError(await explain(cause, lookup), { cause });
  } finally {
    client.destroy();
  }
}

async function explain(error: unknown, lookup: StackLookup): Promise<string> {
  const place = placeOf(lookup);
  if (!(error instanceof Error)) return `The stack ${place} could not be looked up. Set BOUGH_API_URL.`;
  const { name } = error;
  const message = oneLine(error);
  if (error instanceof CliError) {
    return `The stack ${place} could not be looked up. ${error.message} Or set BOUGH_API_URL, or start the local stack: npm start`;
  }
  if (name.startsWith('AccessDenied')) {
    return `Your AWS identity may not look up the stack ${place} (cloudformation:DescribeStacks). Attach one of the policies of docs/access.md to it, or set BOUGH_API_URL.`;
  }
  if (name === 'ValidationError' && message.includes('does not exist')) {
    const account = await accountOf(lookup);
    return `There is no stack ${place}${account}. Set BOUGH_STACK if it has another name, AWS_REGION or AWS_PROFILE if it is elsewhere, or BOUGH_API_URL; to deploy it: npx cdk deploy`;
  }
  if (isCredentialsError(name)) {
    return `AWS refuses your credentials (${name}: ${message}). ${await renewalAdvice()}`;
  }
  return `The stack ${place} could not be looked up (${name}: ${message}). Check your connection, AWS_REGION and BOUGH_STACK, or set BOUGH_API_URL.`;
}

/** The account that was searched: a stack is often in another one. Empty when STS cannot say. */
async function accountOf({ region, credentials }: StackLookup): Promise<string> {
  const caller = await identifyCaller(region, credentials);
  return caller !== null && 'account' in caller ? ` of the account ${caller.account}` : '';
}

function placeOf({ stack, region }: StackLookup): string {
  return `${stack} in ${region}`;
}
