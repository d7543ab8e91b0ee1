// A CloudFront function that completes a response. CloudFront does not call it for statuses of 400 and more. Its runtime
// supports ES 5.1, const, arrow functions and template literals, but little else.

// Without a domain all sites share a host, where these headers give a site power over the others: over their requests, their
// storage, their cookies, and reports of their URLs. Scripts can write metadata past the builder's check.
const reachesOthers =
  /^(alt-svc|clear-site-data|nel|report-to|service-worker-allowed|set-cookie|strict-transport-security)$/i;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls the function by its name
function handler(event) {
  const headers = event.response.headers;
  const stored = headers['x-amz-meta-headers'];
  // Headers of the repository's `.bough/config.yaml` are JSON in the metadata of the object.
  if (stored) {
    delete headers['x-amz-meta-headers'];
    const own = JSON.parse(stored.value);
    for (const name in own) if (!reachesOthers.test(name)) headers[name] = { value: own[name] };
  }
  // A redirect to a directory comes from an origin that does not receive the query.
  const query = event.response.statusCode === 302 ? queryOf(event.request.querystring) : '';
  if (query && headers.location) headers.location = { value: `${headers.location.value}?${query}` };
  return event.response;
}

function queryOf(querystring) {
  return Object.keys(querystring)
    .map((key) => (querystring[key].multiValue || [querystring[key]]).map((item) => `${key}=${item.value}`))
    .map((pairs) => pairs.join('&'))
    .join('&');
}
