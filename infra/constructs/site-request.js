// A CloudFront function that decides who may open a site, and converts a request's URL into an object key. It runs before
// the cache and both origins. A site's name is the first label of the host name, `<site>.<sitesDomain>`, or the first part
// of the path. S3 has no directories: '/x/' is served from '/x/index.html'. For '/x' the second origin redirects to '/x/'
// if that exists. CloudFront's runtime supports ES 5.1, const, arrow functions, template literals and await, but little else.

import cf from 'cloudfront';
// biome-ignore lint/style/useNodejsImportProtocol: CloudFront's module has this name
import crypto from 'crypto';

// The stack replaces the text, by an empty one when sites have no host names.
const sitesDomain = 'SITES_DOMAIN';

const rules = cf.kvs();

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function by its name
async function handler(event) {
  const request = event.request;
  if (hasDotSegment(request.uri)) return refuse(400, 'Bad Request');
  const host = siteOf(request.headers);
  const parts = /^\/*([^/]*)(.*)$/.exec(host ? `/${host}${request.uri}` : request.uri);
  const site = nameIn(parts[1]);
  if (site === '') return refuse(400, 'Bad Request');
  // Other names belong to no site. An error of the store is an error of the request, so a rule is never skipped.
  const refusal = isSiteName(site) && (await rules.exists(site)) && (await refusalBy(site, event));
  if (refusal) return refusal;
  const uri = host || isSiteName(site) ? `/${site}${parts[2]}` : request.uri;
  const name = uri.substring(uri.lastIndexOf('/') + 1);
  // S3 decodes a plus sign in a path as a space.
  request.uri = (uri + (name === '' ? 'index.html' : '')).replace(/\+/g, '%2B');
  delete request.headers.authorization;
  return request;
}

// No file name has such a part. A component that resolves it on the way to a file would reach another site's files. API
// Gateway decodes a path twice.
function hasDotSegment(uri) {
  const path = decode(decode(decode(uri)));
  return /(^|[/\\])\.{1,2}([/\\]|$)/.test(path);
}

function decode(text) {
  return text
    .replace(/%25/g, '%')
    .replace(/%2e/gi, '.')
    .replace(/%2f|%5c/gi, '/');
}

function isSiteName(name) {
  return /^[a-z0-9-]+$/.test(name);
}

// The name that S3 and the API read in a part of the path; empty when they could read different ones.
function nameIn(part) {
  if (!/[%\\]/.test(part)) return part || '/';
  try {
    const name = decodeURIComponent(part);
    return isSiteName(name) ? name : '';
  } catch (_error) {
    return '';
  }
}

// Other host names, such as the distribution's own, serve all sites by path. A proxy sends the requested host name in
// X-Forwarded-Host; a forged one selects another site, with the rule of that site.
function siteOf(headers) {
  return siteNamedIn(headers.host) || siteNamedIn(headers['x-forwarded-host']);
}

function siteNamedIn(header) {
  const host = /^([a-z0-9-]+)\.([^:]+)(:\d+)?$/.exec(header ? header.value.toLowerCase() : '');
  return host && host[2] === sitesDomain ? host[1] : '';
}

async function refusalBy(site, event) {
  const rule = JSON.parse(await rules.get(site));
  if (rule.a && isDenied(rule.a, digitsOf(event.viewer.ip))) return refuse(403, 'Forbidden');
  if (!rule.u || isKnown(rule.u, event.request.headers.authorization)) return null;
  return refuse(401, 'Unauthorized', {
    'www-authenticate': { value: `Basic realm="${site}", charset="UTF-8"` },
  });
}

function refuse(status, description, headers) {
  const all = headers || {};
  all['cache-control'] = { value: 'no-store' };
  all['content-type'] = { value: 'text/plain;charset=utf-8' };
  return { statusCode: status, statusDescription: description, headers: all, body: `${description}\n` };
}

// The first network with the address decides.
function isDenied(networks, address) {
  const found = networks.filter((network) => covers(network.substring(1), address));
  return found.length > 0 && found[0].charAt(0) === '-';
}

// A network is '*', or its family and its digits, and after a slash its bits.
function covers(network, address) {
  if (network === '*') return true;
  const parts = network.split('/');
  const whole = 1 + Math.floor(Number(parts[1]) / 4);
  const rest = 4 - (Number(parts[1]) % 4);
  if (address.substring(0, whole) !== parts[0].substring(0, whole)) return false;
  if (rest === 4) return true;
  return parseInt(address.charAt(whole), 16) >> rest === parseInt(parts[0].charAt(whole), 16) >> rest;
}

// The family of an address, and its hexadecimal digits.
function digitsOf(ip) {
  if (ip.indexOf(':') < 0)
    return `4${ip
      .split('.')
      .map((part) => padded(Number(part).toString(16), 2))
      .join('')}`;
  const halves = ip
    .toLowerCase()
    .split('::')
    .map((half) =>
      half
        .split(':')
        .map((group) => padded(group, 4))
        .join(''),
    );
  const end = halves.length > 1 && ip.slice(-2) !== '::' ? halves[1] : '';
  const start = ip.indexOf('::') === 0 ? '' : halves[0];
  return `6${start}${'0'.repeat(32 - start.length - end.length)}${end}`;
}

function padded(digits, length) {
  return `0000${digits}`.slice(-length);
}

// A user has a salt and the beginning of a hash.
function isKnown(users, header) {
  const encoded = /^basic +([a-z0-9+/_-]+=*)$/i.exec(header ? header.value : '');
  if (!encoded) return false;
  const credentials = Buffer.from(encoded[1], 'base64').toString('utf8');
  const user = credentials.split(':')[0];
  if (!Object.hasOwn(users, user)) return false;
  const stored = users[user].split('.');
  const hash = crypto.createHmac('sha256', stored[0]).update(credentials).digest('base64url');
  return hash.substring(0, stored[1].length) === stored[1] && stored[1].length > 20;
}
