import { type HttpResponse, startHttpServer } from './http-server.ts';

/** STS's answer: the owner of the credentials, or an error. */
export type StsAnswer = { arn: string; account: string } | { fails: string; message: string };

/** Serves STS over the query protocol: it answers GetCallerIdentity, and refuses AssumeRole unless it fails anyway. */
export async function serveSts(answer: StsAnswer) {
  const server = await startHttpServer(({ body }): HttpResponse => {
    const action = new URLSearchParams(body).get('Action');
    if ('fails' in answer) return failure(answer.fails, answer.message);
    if (action !== 'GetCallerIdentity') return failure('AccessDenied', `${answer.arn} may not ${action}`);
    const { arn, account } = answer;
    return xml(
      200,
      action,
      `<GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${account}</Account></GetCallerIdentityResult>`,
    );
  });
  return {
    /** The environment variables that direct the SDK to this server. */
    settings: { AWS_ENDPOINT_URL_STS: server.url },
    /** The names of the calls, in order. */
    asked: () => server.requests.map(({ body }) => new URLSearchParams(body).get('Action')),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function failure(code: string, message: string): HttpResponse {
  const content = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return xml(403, 'Error', content);
}

function xml(status: number, name: string, content: string): HttpResponse {
  const body = `<${name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${name}Response>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
