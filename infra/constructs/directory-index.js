// A CloudFront function, because S3 knows objects, not directories: '/x/' is served from '/x/index.html', and '/x'
// is sent to '/x/' first, so that the page's relative links resolve. Only ES 5.1, const, arrow functions and template
// literals: CloudFront's runtime knows little more.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name
function handler(event) {
  const request = event.request;
  const name = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  if (name === '') {
    request.uri += 'index.html';
    return request;
  }
  return name.indexOf('.') < 0 ? redirect(`${request.uri}/`, request.querystring) : request;
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
