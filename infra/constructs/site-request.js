// A CloudFront function that converts a request's URL into an object key. A site's name is the first label of the host
// name, `<site>.<sitesDomain>`, or the first part of the path. S3 has no directories: '/x/' is served from
// '/x/index.html'. For '/x' the second origin redirects to '/x/' if that exists.
// The stack prepends the constant `sitesDomain`, which is empty when sites have no host names. CloudFront's runtime
// supports ES 5.1, const, arrow functions and template literals, but little else.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function by its name
function handler(event) {
  const request = event.request;
  if (hasParentSegment(request.uri)) return { statusCode: 400, statusDescription: 'Bad Request' };
  const name = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  const file = request.uri + (name === '' ? 'index.html' : '');
  // S3 decodes a plus sign in a path as a space.
  request.uri = siteOf(request.headers) + file.replace(/\+/g, '%2B');
  return request;
}

// No file name has such a part. A component that resolves it on the way to S3 would reach another site's files.
function hasParentSegment(uri) {
  const path = uri.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/');
  return /(^|\/)\.\.(\/|$)/.test(path);
}

// Other host names, such as the distribution's own, serve all sites by path. A proxy sends the requested host name in
// X-Forwarded-Host; a forged one only reaches public files.
function siteOf(headers) {
  const site = siteNamedIn(headers.host) || siteNamedIn(headers['x-forwarded-host']);
  return site && `/${site}`;
}

function siteNamedIn(header) {
  const host = /^([a-z0-9-]+)\.([^:]+)(:\d+)?$/.exec(header ? header.value.toLowerCase() : '');
  return host && host[2] === sitesDomain ? host[1] : '';
}
