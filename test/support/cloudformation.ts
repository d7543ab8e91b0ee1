import { type HttpResponse, startHttpServer } from './http-server.ts';

/** CloudFormation's response for a stack. `null` means that the stack does not exist, `fails` is an error code of AWS. */
export type KnownStack =
  | { outputs: Record<string, string>; status?: string; reason?: string }
  | { fails: string; message: string; status: number }
  | 'hang-up'
  | null;

/** Serves CloudFormation's DescribeStacks by name, over the query protocol. */
export async function serveCloudFormation(stackOf: (name: string, region: string) => KnownStack) {
  const server = await startHttpServer(({ method, body, headers }): HttpResponse => {
    const query = new URLSearchParams(body);
    const [, region = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/cloudformation\//.exec(headers.authorization ?? '') ?? [];
    if (
      method !== 'POST' ||
      query.get('Action') !== 'DescribeStacks' ||
      query.get('Version') !== '2010-05-15'
    ) {
      return failure(400, 'InvalidAction', `Could not find operation ${query.get('Action')}`);
    }
    const name = query.get('StackName') ?? '';
    const stack = stackOf(name, region);
    if (stack === 'hang-up') return stack;
    if (stack === null) return failure(400, 'ValidationError', `Stack with id ${name} does not exist`);
    if ('fails' in stack) return failure(stack.status, stack.fails, stack.message);
    return xml(200, 'DescribeStacksResponse', described(name, stack));
  });
  return {
    /** The environment variables that direct the SDK to this server. */
    settings: { AWS_ENDPOINT_URL_CLOUDFORMATION: server.url },
    /** The names of the requested stacks, in order. */
    asked: () => server.requests.map(({ body }) => new URLSearchParams(body).get('StackName')),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function described(
  name: string,
  { outputs, status = 'CREATE_COMPLETE', reason }: Extract<KnownStack, { outputs: object }>,
) {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const because = reason === undefined ? '' : `<StackStatusReason>${reason}</StackStatusReason>`;
  return `<DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus>${because}<CreationTime>2026-11-22T10:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult>`;
}

function failure(status: number, code: string, message: string): HttpResponse {
  return xml(
    status,
    'ErrorResponse',
    `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

function xml(status: number, root: string, content: string): HttpResponse {
  const body = `<${root} xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${content}</${root}>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
