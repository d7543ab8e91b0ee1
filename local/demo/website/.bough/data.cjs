// Reads and writes JSON below $BOUGH_DATA_URI: S3 by its HTTP interface, so that the demo needs nothing but Node.
const { createHash, createHmac } = require('node:crypto');

const { env } = process;

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** The headers that sign a request: AWS Signature Version 4. */
function sign(method, url, body) {
  const time = new Date().toISOString().replace(/[:-]|\.\d+/g, '');
  const scope = [time.slice(0, 8), env.AWS_REGION, 's3', 'aws4_request'];
  const headers = {
    host: url.host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': time,
    ...(env.AWS_SESSION_TOKEN ? { 'x-amz-security-token': env.AWS_SESSION_TOKEN } : {}),
  };
  const names = Object.keys(headers);
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const request = [method, url.pathname, '', lines, names.join(';'), sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request)].join('\n');
  const signature = createHmac('sha256', scope.reduce(hmac, `AWS4${env.AWS_SECRET_ACCESS_KEY}`)).update(text);
  const credential = `${env.AWS_ACCESS_KEY_ID}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature.digest('hex')}`;
  return { ...headers, authorization };
}

/** S3 answers 403 for a missing file, too, to those who may not list the whole bucket. */
const missing = [403, 404];

async function send(method, name, body = '') {
  const s3 = env.AWS_ENDPOINT_URL_S3 ?? `https://s3.${env.AWS_REGION}.amazonaws.com`;
  const url = new URL(`${s3}/${env.BOUGH_DATA_URI.slice('s3://'.length)}/${name}`);
  const { host, ...headers } = sign(method, url, body);
  const answer = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) });
  if (answer.ok || (method === 'GET' && missing.includes(answer.status))) return answer;
  throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
}

/** Returns the content of a file, or null without the file. */
exports.readData = async (name) => {
  const answer = await send('GET', name);
  return answer.ok ? answer.json() : null;
};

/** Replaces the content of a file. */
exports.writeData = async (name, value) => {
  await send('PUT', name, JSON.stringify(value));
};
