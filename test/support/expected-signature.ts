import { createHash, createHmac } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 of a request to the management API as AWS documents it: every path segment is encoded once more. */
export function expectedSignature(
  request: { method: string; url: string; body?: string | undefined },
  headers: Readonly<Record<string, string>>,
  { secret, region }: { secret: string; region: string },
): string {
  const url = new URL(request.url);
  const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
  const values: Record<string, string> = { ...headers, host: url.host };
  const canonical = [
    request.method,
    url.pathname.split('/').map(encodeURIComponent).join('/'),
    [...url.searchParams]
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${values[name]}`),
    '',
    names.join(';'),
    sha256(request.body ?? ''),
  ].join('\n');
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
}
