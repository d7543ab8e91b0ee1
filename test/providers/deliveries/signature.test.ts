import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../../shared/errors.ts';
import { verifySignature } from '../../../shared/providers/deliveries/signature.ts';
import { jsonLog } from '../../../shared/runtime/logger.ts';
import { signatureOf } from '../../support/deliveries.ts';

/** RFC 4231, test case 2. */
const vector = {
  secret: 'Jefe',
  body: Buffer.from('what do ya want for nothing?'),
  digest: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
};

const withSignature = (signature: string | undefined, body: Uint8Array = vector.body): Delivery => ({
  headers: { 'x-hub-signature': signature },
  body,
});
const refusal = (delivery: Delivery, secret: string): BoughError => {
  try {
    verifySignature(delivery, secret);
  } catch (error) {
    if (error instanceof BoughError) return error;
    throw error;
  }
  throw new Error('the signature was accepted');
};

describe('the signature of a delivery', () => {
  it('is the HMAC-SHA256 of the body, in hexadecimal', () => {
    expect(() => verifySignature(withSignature(`sha256=${vector.digest}`), vector.secret)).not.toThrow();
  });

  it('can be in upper case', () => {
    const signature = `sha256=${vector.digest.toUpperCase()}`;
    expect(() => verifySignature(withSignature(signature), vector.secret)).not.toThrow();
  });

  it('covers the received bytes: the same JSON in another form has another signature', () => {
    const sent = Buffer.from('{"a": 1, "b": "\\u00fc"}');
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(sent.toString())));
    const signature = signatureOf(sent, 's');
    expect(() => verifySignature(withSignature(signature, sent), 's')).not.toThrow();
    expect(refusal(withSignature(signature, rewritten), 's').code).toBe('signature_invalid');
  });

  it('covers bytes that are not text', () => {
    const body = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);
    expect(() => verifySignature(withSignature(signatureOf(body, 's'), body), 's')).not.toThrow();
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
  ])('is rejected when it is %s', (_, signature) => {
    expect(refusal(withSignature(signature), vector.secret)).toMatchObject({
      code: 'signature_missing',
      status: 401,
    });
  });

  it.each([
    ['with another prefix', `sha1=${vector.digest}`],
    ['without a prefix', vector.digest],
    ['with the prefix alone', 'sha256='],
    ['one digit short', `sha256=${vector.digest.slice(1)}`],
    ['one digit long', `sha256=${vector.digest}0`],
    ['with spaces around it', ` sha256=${vector.digest} `],
    ['with a line break behind it', `sha256=${vector.digest}\n`],
    ['in base64', `sha256=${Buffer.from(vector.digest, 'hex').toString('base64')}`],
    ['with letters that are no digits', `sha256=${vector.digest.replace('5', 'g')}`],
    ['given twice', `sha256=${vector.digest},sha256=${vector.digest}`],
    ['of another body', signatureOf('what do ya want for something?', vector.secret)],
    ['by another secret', signatureOf(vector.body, 'jefe')],
    ['by an empty secret', signatureOf(vector.body, '')],
  ])('is refused %s', (_, signature) => {
    expect(refusal(withSignature(signature), vector.secret)).toMatchObject({
      code: 'signature_invalid',
      status: 401,
    });
  });

  it('is valid only for its body and secret', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, fc.string(), fc.string(), (body, other, secret, wrong) => {
        const delivery = withSignature(signatureOf(body, secret), body);
        expect(() => verifySignature(delivery, secret)).not.toThrow();
        fc.pre(wrong !== secret && Buffer.compare(body, other) !== 0);
        expect(refusal(delivery, wrong).code).toBe('signature_invalid');
        expect(refusal({ ...delivery, body: other }, secret).code).toBe('signature_invalid');
      }),
    );
  });

  it('is not part of the error or its log line, like the secret and the body', () => {
    const given = signatureOf(vector.body, 'a wrong secret');
    const error = refusal(withSignature(given), 'the right secret');
    const lines: string[] = [];
    jsonLog({}, (line) => lines.push(line)).error('refused', { error });
    const told = [JSON.stringify({ ...error }), error.message, error.remedy, error.stack, ...lines].join(
      '\n',
    );
    const expected = signatureOf(vector.body, 'the right secret');
    for (const secret of [given.slice(7), expected.slice(7), 'the right secret', vector.body.toString()]) {
      expect(told).not.toContain(secret);
    }
  });
});
