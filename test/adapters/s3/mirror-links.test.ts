import { createHash, createHmac } from 'node:crypto';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { presignRead } from '../../../shared/adapters/aws/s3/mirror-links.ts';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 in a query, as AWS documents it for S3: the path as it is sent, the content left out. */
function expectedSignature(link: URL, region: string): string {
  const canonical = [
    'GET',
    link.pathname,
    link.search
      .slice(1)
      .split('&')
      .filter((field) => !field.startsWith('X-Amz-Signature='))
      .sort()
      .join('&'),
    `host:${link.host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = `20261122/${region}/s3/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, 'AWS4wJalrXUtnFEMI/K7MDENG');
  const digest = createHash('sha256').update(canonical).digest('hex');
  return hmac(key, ['AWS4-HMAC-SHA256', '20261122T100000Z', scope, digest].join('\n')).toString('hex');
}

async function aLink(key: string, config: S3ClientConfig = {}): Promise<URL> {
  const s3 = new S3Client({
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' },
    ...config,
  });
  vi.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z'), toFake: ['Date'] });
  try {
    return new URL(await presignRead(s3, 'mirror', key));
  } finally {
    vi.useRealTimers();
    s3.destroy();
  }
}

describe('a link that reads an object', () => {
  it.each<[string, string, S3ClientConfig]>([
    ['a bundle', 'p/bundles/01.bundle', {}],
    ['a key that must be encoded', 'p/größe (1)+%/a b', {}],
    ['another region', 'p/bundles/01.bundle', { region: 'us-east-1' }],
    ['another endpoint, with a port', 'p/bundles/01.bundle', { endpoint: 'http://127.0.0.1:4566' }],
  ])('is signed for %s', async (_, key, config) => {
    const link = await aLink(key, config);

    expect(decodeURIComponent(link.pathname)).toBe(`/mirror/${key}`);
    expect(link.searchParams.get('X-Amz-Signature')).toBe(
      expectedSignature(link, String(config.region ?? 'eu-central-1')),
    );
  });

  it('is an S3 URL with an expiry', async () => {
    const link = await aLink('p/x');

    expect(link.origin).toBe('https://s3.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      'X-Amz-Date': '20261122T100000Z',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261122/eu-central-1/s3/aws4_request',
    });
  });

  it('contains and signs the session token of temporary credentials', async () => {
    const credentials = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
      sessionToken: 'a+b/c==',
    };
    const link = await aLink('p/x', { credentials });

    expect(link.searchParams.get('X-Amz-Security-Token')).toBe('a+b/c==');
    expect(link.searchParams.get('X-Amz-Signature')).toBe(expectedSignature(link, 'eu-central-1'));
  });
});
