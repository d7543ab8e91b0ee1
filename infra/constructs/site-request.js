// A CloudFront function: what a visitor asks for becomes the key of an object. A site's name is the first label of its
// host name, `<site>.<sitesDomain>`, or else the first part of the path. S3 knows objects, not directories: '/x/' is
// served from '/x/index.html', and '/x' is sent to '/x/' first, so that the page's relative links resolve.
// `sitesDomain` is put before this; it is empty where sites have no host names. Only ES 5.1, const, arrow functions
// and template literals: CloudFront's runtime knows little more.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name
function handler(event) {
  const request = event.request;
  if (leadsUpwards(request.uri)) return { statusCode: 400, statusDescription: 'Bad Request' };
  const name = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  if (name !== '' && name.indexOf('.') < 0) return redirect(`${request.uri}/`, request.querystring);
  const file = request.uri + (name === '' ? 'index.html' : '');
  // S3 takes a plus sign in a path for a space.
  request.uri = siteOf(request.headers) + file.replace(/\+/g, '%2B');
  return request;
}

// No file's name has such a part; whoever resolves it on the way to S3 would come to another site's files.
function leadsUpwards(uri) {
  const path = uri.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/');
  return /(^|\/)\.\.(\/|$)/.test(path);
}

// The distribution's own name and every other one have all sites, by path. A proxy in front tells the name that it was
// asked for in X-Forwarded-Host; whoever makes one up sees what is public anyway.
function siteOf(headers) {
  const site = siteNamedIn(headers.host) || siteNamedIn(headers['x-forwarded-host']);
  return site && `/${site}`;
}

function siteNamedIn(header) {
  const host = /^([a-z0-9-]+)\.([^:]+)(:\d+)?$/.exec(header ? header.value.toLowerCase() : '');
  return host && host[2] === sitesDomain ? host[1] : '';
}

function redirect(path, querystring) {
  const query = Object.keys(querystring)
    .map((key) => (querystring[key].multiValue || [querystring[key]]).map((item) => `${key}=${item.value}`))
    .map((pairs) => pairs.join('&'))
    .join('&');
  // A location that starts with '//' or '/\' would lead the browser to another host.
  const location = path.replace(/^[/\\]+/, '/') + (query && `?${query}`);
  return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: location } } };
}
