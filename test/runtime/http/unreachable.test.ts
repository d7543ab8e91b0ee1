import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listen } from '../../../local/http/net.ts';
import { remedyForUnreachable, whyUnreachable } from '../../../shared/runtime/http/unreachable.ts';

const coded = (code: string, message = 'secret') => Object.assign(new Error(message), { code });
const failed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe('the reason of a failed connection', () => {
  it.each([
    ['ENOTFOUND', 'its name is not known to DNS'],
    ['ECONNREFUSED', 'the connection was refused'],
    ['EHOSTUNREACH', 'there is no route to it'],
    ['ETIMEDOUT', 'no answer in time'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is of an authority that is not trusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is of an authority that is not trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself and not trusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
    ['ELSE', 'the connection failed'],
  ])('for %s is "%s"', (code, words) => {
    expect(whyUnreachable(failed(coded(code)))).toBe(`${words} (${code})`);
  });

  it.each([
    ['ENOTFOUND', 'host name'],
    ['ECONNREFUSED', 'port'],
    ['CERT_HAS_EXPIRED', 'Renew the certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'bitbucketCaFile'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'host name that the certificate is for'],
    ['EPROTO', 'http:// or https://'],
    ['ELSE', 'the server is up'],
  ])('for %s has the remedy "%s"', (code, words) => {
    expect(remedyForUnreachable(failed(coded(code)))).toContain(words);
  });

  it.each([
    ['an error without a code', failed(new Error('"Bearer secret" is an invalid header value'))],
    ['a value that is not an error', 'secret'],
  ])('for %s contains no part of its message', (_, error) => {
    expect(whyUnreachable(error)).toBe('the connection failed');
  });

  it('is read from an aggregate error of several addresses', () => {
    const error = Object.assign(new AggregateError([coded('ECONNREFUSED')]), { code: 'ECONNREFUSED' });
    expect(whyUnreachable(failed(error))).toBe('the connection was refused (ECONNREFUSED)');
  });

  it('for HTTPS to a plain HTTP server is the missing TLS', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const port = await listen(server, 0);
    onTestFinished(() => closeServer(server));

    const error = await fetch(`https://127.0.0.1:${port}`).catch((reason: unknown) => reason);
    expect(whyUnreachable(error)).toMatch(/^it does not use TLS on this port \(E/);
  });
});
